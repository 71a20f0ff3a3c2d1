"""The job queue's own tables, from the pinned release of procrastinate."""

from migrations_sql import run
from procrastinate.schema import SchemaManager

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the queue."""
    run(SchemaManager.get_schema())


def downgrade() -> None:
    """Remove the queue and what waits in it."""
    run(
        """
        DROP TABLE procrastinate_events, procrastinate_periodic_defers, procrastinate_jobs, procrastinate_workers CASCADE;
        DROP TYPE procrastinate_job_event_type, procrastinate_job_status CASCADE;
        """
    )
