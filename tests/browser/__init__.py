"""Does a report work in a browser?

A package, so that its conftest is another module than the conftest of all tests.
"""
