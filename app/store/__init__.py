"""The compiled store. The only package that knows SQL."""
