"""How complete a count is: each body, year and service, with where its figure comes from and what is missing.

`answers.Completeness` is the face of the package. Nothing here is ever added to the count.
"""
