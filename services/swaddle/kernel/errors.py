"""
Every error this package raises on purpose, and the exit code of the command line for each.

* SwaddleError
  + Rejected             3  the input can never succeed: fail the video, do not retry
    - UnreadableVideo       the file is no video, is damaged, or breaks a limit
    - InvalidPlan           a plan does not say what it must, or belongs to other material
  + Misused              2  the request contradicts itself
  + Unavailable          5  a dependency is missing or down; the same message may succeed later
    - ModelMissing          a weight file has not been fetched or is damaged
    - OutOfMemory           the device has too little memory for what it was given at once
    - ModelFailed           a model broke on one input; others may do
  + StorageFailed        6  a file cannot be read or written
  + NotFound             6  something that should have been stored was not
  + Conflict             1  the ledger refuses a change that would break a promise
  + Forged               1  a signature, a digest or an audit chain does not match
"""


class SwaddleError(Exception):
    """Base class, so that callers can catch what we raise and nothing else."""


class Rejected(SwaddleError):
    """The input can never succeed; retrying is pointless."""


class UnreadableVideo(Rejected):
    """The video cannot be decoded, or it is larger than the limits allow."""


class InvalidPlan(Rejected):
    """The plan is not one, or does not fit the video it is used for."""


class Misused(SwaddleError):
    """What was asked for contradicts itself."""


class Unavailable(SwaddleError):
    """A dependency is missing or did not answer; the same message may succeed later."""


class ModelMissing(Unavailable):
    """A weight file is not in the store, or not the one the catalogue names."""


class OutOfMemory(Unavailable):
    """A device has too little memory; less at once, or a moment later, may do."""


class ModelFailed(Unavailable):
    """A model broke on what it was given; it may work on something else."""


class StorageFailed(SwaddleError):
    """A file or a folder cannot be read or written."""


class NotFound(SwaddleError):
    """Something that should have been stored was not."""


class Conflict(SwaddleError):
    """The ledger refuses a change that would break one of its constraints."""


class Forged(SwaddleError):
    """A signature, a digest or a hash chain does not match what it vouches for."""
