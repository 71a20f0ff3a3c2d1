"""Chat threads and their messages; the recorded faults of the synthetic portfolio."""

from migrations_sql import run

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

TABLES = """
CREATE TABLE chat_threads (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    organisation_id uuid NOT NULL REFERENCES organisations ON DELETE CASCADE,
    user_id uuid REFERENCES users ON DELETE CASCADE,
    title text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    last_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX chat_threads_owner ON chat_threads (organisation_id, user_id, last_at DESC);
COMMENT ON COLUMN chat_threads.user_id IS 'NULL for tokens and for visitors of the synthetic portfolio.';

CREATE TABLE chat_messages (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    thread_id uuid NOT NULL REFERENCES chat_threads ON DELETE CASCADE,
    organisation_id uuid NOT NULL REFERENCES organisations ON DELETE CASCADE,
    at timestamptz NOT NULL DEFAULT now(),
    author text NOT NULL CHECK (author IN ('person', 'eaio')),
    role text NOT NULL,
    text text NOT NULL,
    reply jsonb
);
CREATE INDEX chat_messages_thread ON chat_messages (thread_id, id);
COMMENT ON COLUMN chat_messages.reply IS 'Of an answer: its requests, facts, chart, links and what was left open.';

CREATE TABLE planted_faults (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    organisation_id uuid NOT NULL REFERENCES organisations ON DELETE CASCADE,
    building_id uuid NOT NULL REFERENCES buildings ON DELETE CASCADE,
    carrier text NOT NULL,
    kind text NOT NULL,
    started_at timestamptz NOT NULL,
    ended_at timestamptz NOT NULL,
    excess double precision NOT NULL,
    sentence text NOT NULL
);
CREATE INDEX planted_faults_organisation ON planted_faults (organisation_id, started_at);
COMMENT ON TABLE planted_faults IS 'What the synthetic portfolio was made with: the truth that findings can be held against.';
"""


def upgrade() -> None:
    """Create the tables."""
    run(TABLES)


def downgrade() -> None:
    """Drop them with their rows."""
    run("DROP TABLE planted_faults, chat_messages, chat_threads")
