"""Run the steps on the connection that `kneescan.app.store.database` opened."""

from alembic import context

from kneescan.app.store.tables import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
