"""The Celery application of beat, which puts tasks on their queues when it is time.

It knows them by their names alone: none of the house is read for it, nor Django, which takes a
third of the memory.
"""

from celery import Celery

from config.env import redis_addresses, var_dir
from config.timetable import TIMETABLE, WORK, ZONE

# Where both are read, as in tests, tasks are those of the workers.
app = Celery("werkdag", fixups=[], set_as_current=False)
app.conf.update(
    broker_url=redis_addresses(var_dir()).broker,
    broker_connection_retry_on_startup=True,
    broker_connection_max_retries=None,
    broker_transport_options={"socket_connect_timeout": 5, "socket_timeout": 30},
    task_default_queue=WORK,
    timezone=ZONE,
    beat_schedule=TIMETABLE,
    beat_scheduler="config.schedule:HealingScheduler",
    beat_schedule_filename=str(var_dir() / "beat-schedule"),
)
