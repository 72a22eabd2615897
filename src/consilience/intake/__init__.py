"""READ: files become claims. One mapping a format; a bad row is set aside, never dropped in silence."""
