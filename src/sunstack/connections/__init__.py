"""Who of a whole system reaches whom at an instant, how soon, and what does the mesh carry?

`skeleton`: where the satellites of a stack stand; `instant`: the mesh at an instant; `places`:
delays from places on Earth; `routes`: one path, link by link.
"""
