"""Boxes on the machines of a Dask cluster that is there already.

Only the running of answers goes there. A job holds sources of cells and probes as text, and an answer comes back as
the data that a box gives: the key, the references and the journal stay with the coordinator, and so do the
notebooks. The machines need Linux and this package. Who can reach the scheduler can run anything on them, with or
without us.
"""

from __future__ import annotations

import threading
from typing import Any

from autograd_mini.grading.box import Box, Broken, best
from autograd_mini.messages import _

Json = dict[str, Any]
RETRIES = 2  # of a job whose machine is lost
HERE = threading.local()  # on the cluster's machines: a box for each thread


class ClusterProblem(Exception):
    """A sentence: why the cluster cannot be used."""


def boxed(job: Json) -> Json:
    """Runs on the cluster: the answer of a box that this thread keeps."""
    if not hasattr(HERE, "box"):
        HERE.box = Box()
    try:
        answer: Json = HERE.box.run(job)
    except Broken:
        broken = HERE.box
        del HERE.box
        broken.close()
        raise
    return answer


class Cluster:
    """A client of the scheduler at `address`; `box()` gives what `Box()` gives on one machine."""

    def __init__(self, address: str) -> None:
        try:
            from distributed import Client
        except ModuleNotFoundError:
            raise ClusterProblem(_('--dask needs one package more: pip install "autograd-mini[cluster]"')) from None
        try:
            self.client = Client(address, set_as_default=False)
            self.threads = sum(self.client.nthreads().values())
        except (OSError, ValueError) as error:
            told = _("The Dask cluster at {address} cannot be reached ({reason}).")
            raise ClusterProblem(told.format(address=address, reason=error)) from None
        if not self.threads:
            self.client.close()
            raise ClusterProblem(_("The Dask cluster at {address} has no workers.").format(address=address))
        self.mode: str = self.client.submit(best, pure=False).result()

    def __enter__(self) -> Cluster:
        return self

    def __exit__(self, *_error: object) -> None:
        self.client.close()

    def box(self) -> Cluster:
        return self

    def run(self, job: Json) -> Json:
        answer: Json = self.client.submit(boxed, job, pure=False, retries=RETRIES).result()
        return answer

    def close(self) -> None:
        """Each job is finished when it has been answered; the connection is closed with the context."""
