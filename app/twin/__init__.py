"""The static twin: the answers of the API as files, so that a file host serves the dataset with no server of ours."""
