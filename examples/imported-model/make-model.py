"""Makes models/press-quality.onnx, and beside it what it gives by onnxruntime (press-quality.onnx.golden.json).

    python -m venv venv && venv/bin/pip install numpy scikit-learn skl2onnx onnxruntime && venv/bin/python make-model.py

(made with scikit-learn 1.9, skl2onnx 1.20 and onnxruntime 1.32). Your own model comes from your own data, and the rest is as here.
"""
import json

import numpy
import onnxruntime
from skl2onnx import to_onnx
from sklearn.ensemble import RandomForestClassifier

# Made-up presses: scrap comes of too little force, and of a cold tool at a force that would do for a warm one.
random = numpy.random.RandomState(1)
force = random.normal(80, 4, 2000)
temperature = random.normal(45, 8, 2000)
scrap = (force < 74) | ((temperature < 36) & (force < 80))
scrap ^= random.rand(2000) < 0.02
rows = numpy.column_stack([force, temperature]).astype(numpy.float32)
model = RandomForestClassifier(n_estimators=10, max_depth=4, random_state=1).fit(rows, scrap.astype(int))

# Without zipmap=False the probabilities would be a list of maps.
graph = to_onnx(model, rows[:1], options={"zipmap": False}, target_opset=15)
open("models/press-quality.onnx", "wb").write(graph.SerializeToString())

# Rows from all over the range: what a gateway must give for them.
session = onnxruntime.InferenceSession(graph.SerializeToString())
some = numpy.array([[f, t] for f in (66, 74, 78, 82, 90) for t in (28, 37, 45, 60)], numpy.float32)
labels, probabilities = session.run(None, {"X": some})
golden = [
    {"inputs": row.tolist(), "outputs": [int(label), *map(float, shares)], "tolerance": 1e-6}
    for row, label, shares in zip(some, labels, probabilities)
]
with open("models/press-quality.onnx.golden.json", "w") as file:
    file.write("[\n" + ",\n".join("  " + json.dumps(one) for one in golden) + "\n]\n")
