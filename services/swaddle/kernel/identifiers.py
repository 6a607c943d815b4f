"""The names of things, each a type of its own so that they cannot be mixed up."""

from typing import NewType

Tenant = NewType("Tenant", str)
VideoId = NewType("VideoId", str)
SubjectId = NewType("SubjectId", str)
TrackId = NewType("TrackId", str)
IdentityId = NewType("IdentityId", str)
BlobKey = NewType("BlobKey", str)
TaskDigest = NewType("TaskDigest", str)
MessageId = NewType("MessageId", str)
