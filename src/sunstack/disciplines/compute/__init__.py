"""What does a payload serve or train, at what power?"""

from .accelerator import Accelerator
from .architecture import LanguageModel

__all__ = ["Accelerator", "LanguageModel"]
