"""What one can ask of the analysis, and what it keeps.

Analysing: ``analyze_building``, ``analyze_organisation``, ``request_analysis``, ``latest_run``.
One building as a job: ``request_building_analysis``, ``run_building_analysis``, ``analysis_run``, ``steps_after``,
``run_result``, ``latest_analysis``.
Reading: ``building_figures``, ``meter_figures``, ``benchmark``, ``portfolio_analysis``, ``meter_view``.
Insights: ``building_insights``, ``every_insight``, ``portfolio_peak_of``, ``scores``.
Anomalies: ``anomalies``, ``anomaly_totals``, ``anomaly``, ``anomaly_chart``, ``explain_anomaly``,
``set_anomaly_status``, ``remember_signatures``, ``similar_events``.
Feedback: ``give_feedback``, ``withdraw_feedback``, ``withdraw_one``, ``show_again``, ``feedback_of``, ``feedback_on``.
Tuning: ``parameter_sets``, ``parameter_set``, ``save_parameters``, ``activate_parameters``, ``differences``,
``try_parameters``, ``trial_chart``, ``calibrations``.
Patterns: ``load_patterns``, ``pattern_week``, ``refresh_patterns``, ``similar_buildings``.
Verification: ``create_study``, ``edit_study``, ``archive_study``, ``studies``, ``study``, ``study_result``,
``study_residuals``, ``study_points``, ``study_events``, ``declare_event``, ``decline_event``, ``undo_event``,
``fit_again``, ``verify_between``.
Weather: ``baseline_view``, ``degree_day_use``, ``normalised_use``, ``normalised_meter``.
"""

from eaio.analysis.service.analysing import (
    analyze_building,
    analyze_organisation,
    latest_run,
    request_analysis,
)
from eaio.analysis.service.events import (
    anomalies,
    anomaly,
    anomaly_totals,
    explain_anomaly,
    set_anomaly_status,
)
from eaio.analysis.service.evidence import anomaly_chart
from eaio.analysis.service.feedback import (
    feedback_of,
    feedback_on,
    give_feedback,
    show_again,
    withdraw_feedback,
    withdraw_one,
)
from eaio.analysis.service.figures import (
    benchmark,
    building_figures,
    choose_peer,
    is_analysed,
    meter_figures,
    portfolio_analysis,
    undo_peer_choice,
)
from eaio.analysis.service.insights import building_insights, every_insight, portfolio_peak_of, scores
from eaio.analysis.service.patterns import load_patterns, pattern_week, refresh_patterns, similar_buildings
from eaio.analysis.service.places import holidays_of, site_place, site_rates
from eaio.analysis.service.runs import (
    analysis_run,
    latest_analysis,
    request_building_analysis,
    run_building_analysis,
    run_result,
    running_analysis,
    start_building_analysis,
    steps_after,
)
from eaio.analysis.service.similar import remember_signatures, similar_events
from eaio.analysis.service.studies import (
    archive_study,
    create_study,
    declare_event,
    decline_event,
    edit_study,
    fit_again,
    studies,
    study,
    study_events,
    study_residuals,
    study_result,
    undo_event,
)
from eaio.analysis.service.study_points import StudyPoints, study_points
from eaio.analysis.service.tuning import (
    activate_parameters,
    calibrations,
    differences,
    parameter_set,
    parameter_sets,
    save_parameters,
    trial_chart,
    try_parameters,
)
from eaio.analysis.service.views import MeterView, meter_view
from eaio.analysis.service.weathered import (
    baseline_view,
    degree_day_use,
    normalised_meter,
    normalised_use,
    verify_between,
)

__all__ = [
    "MeterView",
    "StudyPoints",
    "activate_parameters",
    "analysis_run",
    "analyze_building",
    "analyze_organisation",
    "anomalies",
    "anomaly",
    "anomaly_chart",
    "anomaly_totals",
    "archive_study",
    "baseline_view",
    "benchmark",
    "building_figures",
    "building_insights",
    "calibrations",
    "choose_peer",
    "create_study",
    "declare_event",
    "decline_event",
    "degree_day_use",
    "differences",
    "edit_study",
    "every_insight",
    "explain_anomaly",
    "feedback_of",
    "feedback_on",
    "fit_again",
    "give_feedback",
    "holidays_of",
    "is_analysed",
    "latest_analysis",
    "latest_run",
    "load_patterns",
    "meter_figures",
    "meter_view",
    "normalised_meter",
    "normalised_use",
    "parameter_set",
    "parameter_sets",
    "pattern_week",
    "portfolio_analysis",
    "portfolio_peak_of",
    "refresh_patterns",
    "remember_signatures",
    "request_analysis",
    "request_building_analysis",
    "run_building_analysis",
    "run_result",
    "running_analysis",
    "save_parameters",
    "scores",
    "set_anomaly_status",
    "show_again",
    "similar_buildings",
    "similar_events",
    "site_place",
    "site_rates",
    "start_building_analysis",
    "steps_after",
    "studies",
    "study",
    "study_events",
    "study_points",
    "study_residuals",
    "study_result",
    "trial_chart",
    "try_parameters",
    "undo_event",
    "undo_peer_choice",
    "verify_between",
    "withdraw_feedback",
    "withdraw_one",
]
