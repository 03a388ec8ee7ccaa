"""Every exception Sunstack raises on purpose.

```text
SunstackError
├── ScenarioError    a scenario file, or an override of it, cannot be used   (exit 2)
├── CatalogueError   a catalogue entry or one of its sources cannot be used  (exit 2)
├── ResultsError     a results folder cannot be read or written              (exit 2)
└── ServiceError     the live constellation or a cluster cannot answer       (exit 2)
```
A message says where (file, line, key), what was found, and what to write instead.
A design that does not close is no exception: it is a negative margin (exit 3).
"""


class SunstackError(Exception):
    """Root of the tree: catch this one to catch every error Sunstack raises on purpose."""


class ScenarioError(SunstackError):
    """A scenario file or override holds what cannot be used; the message lists every problem."""


class CatalogueError(SunstackError):
    """A catalogue entry is missing, malformed, or lacks a source."""


class ResultsError(SunstackError):
    """A results folder is missing, incomplete or cannot be written."""


class ServiceError(SunstackError):
    """The live constellation, or a cluster asked for a study, could not serve a request."""
