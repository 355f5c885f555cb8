"""
The demo town: one bureau, three stations, a dozen villages and four months of their life, invented from a fixed seed.

Everybody and everything in it is made up: telephone numbers begin with 130-0000, which is given to nobody, identity numbers with region
codes that do not exist, and no village of these names lies at these places. A house that holds it says so on every page.
"""
