"""Tree Variational Autoencoders from Python.

``TreeVAE`` is an estimator in the manner of scikit-learn that starts the program ``treevae-dist``; ``read`` opens the
checkpoints that it writes.
"""

from ._checkpoint import Checkpoint, read
from ._estimator import TreeVAE
from ._program import ProgramError
from ._tree import Drawing, Tree

__all__ = ["Checkpoint", "Drawing", "ProgramError", "Tree", "TreeVAE", "read"]
__version__ = "0.1.0"
