"""Pictures, documents and voice notes that people hand in: inspected, cleaned, sealed, and shown only by rule."""
