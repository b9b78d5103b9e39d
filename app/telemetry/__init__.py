"""What an operator sees of a running server: logs, ids of requests, metrics."""
