"""Writes a store by MLflow itself, as tests of `gan-runs import` read it.

usage: mlflow_store.py FILE     (mlflow-skinny 3.17, sqlalchemy and alembic of PyPI; `gzip -9` the file)
"""
import os, math, sys
os.environ["MLFLOW_DISABLE_TELEMETRY"]="true"; os.environ["DO_NOT_TRACK"]="true"
import mlflow, logging
from mlflow.entities import Metric, Param
logging.getLogger("mlflow").setLevel(logging.ERROR); logging.getLogger("alembic").setLevel(logging.ERROR)
mlflow.set_tracking_uri("sqlite:///"+sys.argv[1])
c=mlflow.MlflowClient()
e=c.create_experiment("gan", artifact_location="file:///nowhere")
T=1_700_000_000_000
for name, end in [("first","FINISHED"),("second@odd","FAILED"),("killed","KILLED"),("open",None)]:
    r=c.create_run(e, start_time=T, run_name=name)
    i=r.info.run_id
    ms=[Metric("d_loss", 1.0/(1+s)+0.1, T+1000*s, s) for s in range(50)]
    ms+=[Metric("g_loss", v, T+1000*s, s) for s,v in enumerate([1.5, float("nan"), float("inf"), float("-inf"), -0.25])]
    ms+=[Metric("again", v, T+t, 7) for t,v in [(1,1.0),(3,3.0),(2,2.0)]]
    c.log_batch(i, metrics=ms, params=[Param("lr","0.0002"),Param("layers","3"),Param("loss","nonsaturating"),Param("flag","True")])
    c.set_tag(i,"who","me"); c.set_tag(i,"mlflow.note.content","a note"); c.set_tag(i,"mlflow.source.git.commit","abc123")
    if end: c.set_terminated(i, status=end, end_time=T+60_000)
    T+=100_000
r=c.create_run(e, run_name="gone"); c.delete_run(r.info.run_id)
