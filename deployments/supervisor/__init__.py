"""One command, one process tree: starts the parts in order, restarts what dies, ends all of it on one signal."""

from deployments.supervisor.becoming import become
from deployments.supervisor.ports import Wanted
from deployments.supervisor.supervise import run

__all__ = ["Wanted", "become", "run"]
