"""Agreement: your own error of measurement, whose change exceeds it, and agreement with a reference.

::

    from kneescan.agreement import read_sessions, study_agreement, write_study

    study = study_agreement(read_sessions(["monday/", "thursday/"]))
    for of in study.agreements:
        print(of.sessions.measure, of.sessions.leg, of.icc_2_1, of.mdc95)
    write_study(study, "agreement/")

``compare_with_reference`` holds results against motion capture, another program or a reader, and
``write_reference_study`` writes that comparison.

The statistics are also available as functions of arrays of shape (n_subjects, n_sessions):
``icc_2_1``, ``icc_3_k``, ``standard_error_of_measurement``, ``minimal_detectable_change``,
``repeatability_coefficient``, ``icc_3_1``, ``bland_altman``, ``clustered_bland_altman``,
``clustered_sd``, ``clustered_interval``, ``proportional_bias``, ``between_session_change``.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from kneescan.agreement.reference.study import (
    Comparison,
    ReferenceStudy,
    compare_with_reference,
)
from kneescan.agreement.statistics.bland_altman import BlandAltman, bland_altman
from kneescan.agreement.statistics.change import Change, between_session_change
from kneescan.agreement.statistics.clusters import clustered_interval, clustered_sd
from kneescan.agreement.statistics.methods import (
    ClusteredBlandAltman,
    clustered_bland_altman,
    icc_3_1,
    proportional_bias,
)
from kneescan.agreement.statistics.reliability import (
    Interval,
    icc_2_1,
    icc_3_k,
    minimal_detectable_change,
    repeatability_coefficient,
    standard_error_of_measurement,
)
from kneescan.agreement.study import Agreement, Study, SubjectChange, study_agreement
from kneescan.agreement.tables.sessions import MEASURES, Sessions, read_sessions
from kneescan.agreement.tables.table_files import AgreementError

if TYPE_CHECKING:
    from kneescan.agreement.output.folder import write_reference_study, write_study
    from kneescan.agreement.output.plots import plot_bland_altman, plot_reference
    from kneescan.agreement.output.reference.template import write_reference_template

__all__ = [
    "MEASURES",
    "Agreement",
    "AgreementError",
    "BlandAltman",
    "Change",
    "ClusteredBlandAltman",
    "Comparison",
    "Interval",
    "ReferenceStudy",
    "Sessions",
    "Study",
    "SubjectChange",
    "between_session_change",
    "bland_altman",
    "clustered_bland_altman",
    "clustered_interval",
    "clustered_sd",
    "compare_with_reference",
    "icc_2_1",
    "icc_3_1",
    "icc_3_k",
    "minimal_detectable_change",
    "plot_bland_altman",
    "plot_reference",
    "proportional_bias",
    "read_sessions",
    "repeatability_coefficient",
    "standard_error_of_measurement",
    "study_agreement",
    "write_reference_study",
    "write_reference_template",
    "write_study",
]

_DRAWING = {
    "plot_bland_altman": "kneescan.agreement.output.plots",
    "plot_reference": "kneescan.agreement.output.plots",
    "write_reference_study": "kneescan.agreement.output.folder",
    "write_reference_template": "kneescan.agreement.output.reference.template",
    "write_study": "kneescan.agreement.output.folder",
}
"""Names that need matplotlib, loaded when first used."""


def __getattr__(name: str) -> Any:
    if name in _DRAWING:
        return getattr(import_module(_DRAWING[name]), name)
    msg = f"module {__name__!r} has no attribute {name!r}"
    raise AttributeError(msg)
