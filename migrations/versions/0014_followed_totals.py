"""Totals follow every archived or moved building and meter; portfolios their age, failed sign-ins their source."""

from migrations_sql import run

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

FOLLOWED = """
CREATE FUNCTION recount_site(changed uuid) RETURNS void LANGUAGE sql AS $$
    DELETE FROM site_totals_daily WHERE site_id = changed;
    INSERT INTO site_totals_daily (site_id, carrier, day, readings, estimated, total)
    SELECT changed, m.carrier, d.day, sum(d.readings), sum(d.estimated), sum(d.total)
    FROM meter_readings_daily d
    JOIN energy_meters m ON m.key = d.meter_key
    JOIN buildings b ON b.id = m.building_id
    WHERE b.site_id = changed AND m.archived_at IS NULL AND b.archived_at IS NULL
    GROUP BY m.carrier, d.day
$$;
COMMENT ON FUNCTION recount_site IS 'Archived buildings and meters leave the totals of their site.';

CREATE FUNCTION recount_building(changed uuid) RETURNS void LANGUAGE sql AS $$
    DELETE FROM building_totals_monthly WHERE building_id = changed;
    INSERT INTO building_totals_monthly (building_id, carrier, month, readings, estimated, total)
    SELECT changed, m.carrier, date_trunc('month', d.day)::date, sum(d.readings), sum(d.estimated), sum(d.total)
    FROM meter_readings_daily d
    JOIN energy_meters m ON m.key = d.meter_key
    WHERE m.building_id = changed AND m.archived_at IS NULL
    GROUP BY 2, 3
$$;

CREATE FUNCTION follow_building() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM recount_site(NEW.site_id);
    IF OLD.site_id <> NEW.site_id THEN
        PERFORM recount_site(OLD.site_id);
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER totals_follow AFTER UPDATE OF archived_at, site_id ON buildings FOR EACH ROW
    WHEN (OLD.site_id <> NEW.site_id OR (OLD.archived_at IS NULL) <> (NEW.archived_at IS NULL))
    EXECUTE FUNCTION follow_building();

CREATE FUNCTION follow_meter() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM recount_building(NEW.building_id);
    PERFORM recount_site(b.site_id) FROM buildings b WHERE b.id = NEW.building_id;
    RETURN NULL;
END
$$;
CREATE TRIGGER totals_follow AFTER UPDATE OF archived_at ON energy_meters FOR EACH ROW
    WHEN ((OLD.archived_at IS NULL) <> (NEW.archived_at IS NULL))
    EXECUTE FUNCTION follow_meter();
"""

RECOUNTED = """
SELECT recount_site(s.id) FROM sites s
WHERE EXISTS (SELECT FROM buildings b LEFT JOIN energy_meters m ON m.building_id = b.id
              WHERE b.site_id = s.id AND (b.archived_at IS NOT NULL OR m.archived_at IS NOT NULL));
SELECT recount_building(b.id) FROM buildings b
WHERE EXISTS (SELECT FROM energy_meters m WHERE m.building_id = b.id AND m.archived_at IS NOT NULL);
"""

SOURCES = """
ALTER TABLE portfolios ADD COLUMN created_at timestamptz NOT NULL DEFAULT now();
ALTER TABLE sign_in_failures ADD COLUMN source text;
COMMENT ON COLUMN sign_in_failures.source IS 'Address of the caller, so that one cannot try many accounts.';
CREATE INDEX sign_in_failures_source ON sign_in_failures (source, at);
"""


def upgrade() -> None:
    """Make totals follow, bring those of archived members up to date, and note ages and sources."""
    run(FOLLOWED)
    run(RECOUNTED)
    run(SOURCES)


def downgrade() -> None:
    """Remove triggers, functions and columns."""
    run(
        """
        DROP TRIGGER totals_follow ON buildings;
        DROP TRIGGER totals_follow ON energy_meters;
        DROP FUNCTION follow_building, follow_meter, recount_site, recount_building;
        ALTER TABLE sign_in_failures DROP COLUMN source;
        ALTER TABLE portfolios DROP COLUMN created_at;
        """
    )
