"""llama.cpp's own HTTP server, OpenAI-compatible. Arguments: model file, port, slots, context in tokens, projector."""

import signal
import sys

import xllamacpp

model, port, slots, context = sys.argv[1:5]
params = xllamacpp.CommonParams()
params.model.path = model
params.hostnames = ["127.0.0.1"]
params.port = int(port)
params.n_parallel = int(slots)
params.n_ctx = int(context)
params.cpuparams.n_threads = 1
params.warmup = False
params.use_jinja = True
if len(sys.argv) > 5:
    params.mmproj.path = sys.argv[5]
params.endpoint_slots = True
server = xllamacpp.Server(params)
print("listening", flush=True)
signal.pause()
