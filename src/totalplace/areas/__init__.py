"""The money of a place by its areas: wards, neighbourhoods, any areas that a table lists.

Drivers (columns of tables) apportion it by declared rules, exact to the penny; what no rule gives to a driver stays at
the whole place. `answers.Areas` is the face of the package.
"""
