"""What does a payload serve or train, at what power?"""

from .architecture import LanguageModel

__all__ = ["LanguageModel"]
