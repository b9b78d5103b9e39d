"""Citations ready to print or to import: a work's CSL-JSON in three styles of text, in BibTeX and in RIS."""
