"""Pages: the picture as analysts read it, in a browser or in one file."""
