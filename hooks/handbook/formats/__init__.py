"""What the linked records are written as besides pages: one module a format."""
