"""
Which guide, answer or published item fits this question (Chinese).

SqliteIndex and TantivyIndex find in large collections; MemoryIndex ranks a small curated one best and says how sure it
is. How it works and what was measured: docs/explanation/how-search-works.md.
"""
