"""HTTP: routes, parameters, problems, conditional requests, discovery."""
