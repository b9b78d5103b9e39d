"""From curated YAML to checked records."""
