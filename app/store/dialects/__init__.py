"""What differs between databases. Nothing outside this room asks which one it is."""
