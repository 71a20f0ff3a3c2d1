"""Vectors of load shapes, anomalies and memories, compared by cosine."""

from migrations_sql import run

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

VECTORS = """
CREATE TABLE vectors (
    collection text NOT NULL,
    organisation_id uuid NOT NULL REFERENCES organisations ON DELETE CASCADE,
    id uuid NOT NULL,
    model text NOT NULL,
    embedding vector(384) NOT NULL,
    metadata jsonb NOT NULL DEFAULT '{}',
    updated_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (collection, organisation_id, id)
) PARTITION BY LIST (collection);
CREATE TABLE building_patterns PARTITION OF vectors FOR VALUES IN ('building_patterns');
CREATE TABLE anomaly_signatures PARTITION OF vectors FOR VALUES IN ('anomaly_signatures');
CREATE TABLE agent_memory PARTITION OF vectors FOR VALUES IN ('agent_memory');
CREATE TABLE user_interactions PARTITION OF vectors FOR VALUES IN ('user_interactions');
CREATE INDEX vectors_nearest ON vectors USING hnsw (embedding vector_cosine_ops) WITH (m = 16, ef_construction = 128);
COMMENT ON COLUMN vectors.id IS 'Of the meter, event or memory that the vector stands for.';
COMMENT ON COLUMN vectors.model IS 'What made the vector; only vectors of one model are compared.';
COMMENT ON COLUMN vectors.metadata IS 'Text by field, what a search may be narrowed by.';
"""


def upgrade() -> None:
    """Create the table, one partition and one graph for each collection."""
    run(VECTORS)


def downgrade() -> None:
    """Remove the vectors; those of load shapes return with the next analysis."""
    run("DROP TABLE vectors")
