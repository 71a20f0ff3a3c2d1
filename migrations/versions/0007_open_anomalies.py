"""Open anomalies counted with their building, so that totals need not visit every event."""

from migrations_sql import run

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

COUNTED = """
ALTER TABLE building_figures
    ADD COLUMN open_anomalies integer NOT NULL DEFAULT 0,
    ADD COLUMN open_faults integer NOT NULL DEFAULT 0,
    ADD COLUMN open_money double precision NOT NULL DEFAULT 0,
    ADD COLUMN open_co2_kg double precision NOT NULL DEFAULT 0,
    ADD COLUMN newest_open timestamptz;
COMMENT ON COLUMN building_figures.open_money IS 'Of open anomalies that cost something; kept current by every analysis and decision.';
UPDATE building_figures f
SET open_anomalies = o.events, open_faults = o.faults, open_money = o.money, open_co2_kg = o.co2_kg, newest_open = o.newest
FROM (
    SELECT building_id, count(*) AS events,
           count(*) FILTER (WHERE kind IN ('missing', 'zero', 'stuck', 'spike', 'negative', 'scale')) AS faults,
           coalesce(sum(money) FILTER (WHERE money > 0), 0) AS money,
           coalesce(sum(co2_kg) FILTER (WHERE co2_kg > 0), 0) AS co2_kg, max(started_at) AS newest
    FROM anomaly_events WHERE status = 'open' GROUP BY building_id
) o
WHERE o.building_id = f.building_id;
"""


def upgrade() -> None:
    """Add the counts and fill them."""
    run(COUNTED)


def downgrade() -> None:
    """Remove the counts; the events stay."""
    run(
        """
        ALTER TABLE building_figures DROP COLUMN open_anomalies, DROP COLUMN open_faults, DROP COLUMN open_money,
            DROP COLUMN open_co2_kg, DROP COLUMN newest_open
        """
    )
