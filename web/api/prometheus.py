"""The numbers of `kb.monitoring.metrics` as JSON and as Prometheus reads them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from prometheus_client import CollectorRegistry
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.exposition import choose_encoder

from kb.monitoring.metrics import BUCKETS, Figures
from kb.uploads.models import QueueCounts

Answer = tuple[bytes, str]
QUEUE = ("waiting", "working", "held", "failed")  # states of items that are not done with


def as_json(figures: Figures) -> dict[str, Any]:
    """As `GET /api/v1/metrics` gives them."""
    level, model, disk, times = figures.level, figures.model, figures.disk, figures.searches
    return {
        "documents": [
            {"language": one.language, "kind": one.kind, "state": one.state, "documents": one.documents}
            for one in figures.documents
        ],
        "passages": level.passages,
        "passages_without_vectors": level.without_vectors,
        "index": {
            "passages": level.indexed_passages,
            "change": level.indexed_change,
            "database_change": level.change,
            "behind": level.behind,
            "differs": level.differs,
        },
        "model": {"stored": model.stored, "in_use": model.in_use, "calibration": model.calibration},
        "disk": {"database": disk.database, "home": disk.home, "total": disk.total, "free": disk.free},
        "queue": {**_queue(figures.queue), "worker": figures.working},
        "gaps": dict(figures.gaps),
        "searches": {
            "count": times.count,
            "seconds": times.seconds,
            "within": [{"seconds": most, "count": count} for most, count in zip(BUCKETS, times.within, strict=True)],
        },
    }


def as_prometheus(figures: Figures, accepted: str) -> Answer:
    """As Prometheus reads them, in the format that the header Accept asks for; and the type of that format."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Collector(figures))
    encode, content_type = choose_encoder(accepted)
    return encode(registry), content_type


class _Collector:
    """Names by https://prometheus.io/docs/practices/naming: base units, the unit last, `_total` where it counts."""

    def __init__(self, figures: Figures) -> None:
        self._figures = figures

    def collect(self) -> Iterable[Metric]:
        """All numbers, as families of samples."""
        figures = self._figures
        yield _documents(figures)
        yield from _index(figures)
        yield _model(figures)
        yield _gauge(
            "saphan_disk_bytes",
            "Bytes of the database, of all files of the home, of the disk that it is on, and free there",
            "part",
            {
                "database": figures.disk.database,
                "home": figures.disk.home,
                "total": figures.disk.total,
                "free": figures.disk.free,
            },
        )
        yield _gauge("saphan_queue_items", "Items that are not imported yet", "state", _queue(figures.queue))
        yield GaugeMetricFamily("saphan_worker_up", "Whether a worker brings items in", value=int(figures.working))
        yield _gauge("saphan_gaps", "Questions without a good answer in both languages", "kind", figures.gaps)
        yield from _searches(figures)


def _queue(queue: QueueCounts) -> dict[str, int]:
    return {state: getattr(queue, state) for state in QUEUE}


def _gauge(name: str, help: str, label: str, values: Mapping[Any, int]) -> Metric:
    family = GaugeMetricFamily(name, help, labels=[label])
    for value, number in values.items():
        family.add_metric([value], number)
    return family


def _documents(figures: Figures) -> Metric:
    labels = ["language", "kind", "state"]
    family = GaugeMetricFamily("saphan_documents", "Documents by main language, kind and state", labels=labels)
    for one in figures.documents:
        family.add_metric([one.language, one.kind, one.state], one.documents)
    return family


def _index(figures: Figures) -> Iterable[Metric]:
    level = figures.level
    for name, help, value in (
        ("saphan_passages", "Passages of published documents in the database", level.passages),
        (
            "saphan_passages_without_vectors",
            "Passages that no search can find, those of drafts among them",
            level.without_vectors,
        ),
        ("saphan_index_passages", "Passages that the index holds", level.indexed_passages),
        ("saphan_index_change", "Number of the last change that the index has followed", level.indexed_change),
        ("saphan_database_change", "Number of the last change of the database", level.change),
    ):
        yield GaugeMetricFamily(name, help, value=value)


def _model(figures: Figures) -> Metric:
    model = figures.model
    family = GaugeMetricFamily(
        "saphan_model_info",
        "The model whose vectors are stored, the one in use, and its calibration",
        labels=["stored", "in_use", "calibration"],
    )
    family.add_metric([model.stored or "", model.in_use or "", model.calibration or ""], 1)
    return family


def _searches(figures: Figures) -> Iterable[Metric]:
    times = figures.searches
    yield CounterMetricFamily("saphan_searches", "Searches since the start", value=times.count)
    family = HistogramMetricFamily("saphan_search_seconds", "Time that searches take")
    buckets = [(str(most), count) for most, count in zip(BUCKETS, times.within, strict=True)]
    family.add_metric([], [*buckets, ("+Inf", times.count)], sum_value=times.seconds)
    yield family
