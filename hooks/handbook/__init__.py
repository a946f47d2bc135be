"""The handbook's core: files in, checked and linked values out. It knows nothing of MkDocs."""
