"""Writes numpy.golden.json: files made by NumPy, in base64, with the values that they hold.

Run with a Python that has NumPy: python3 test/data/numpy.golden.py
"""

import base64
import io
import json
import pathlib
import warnings

import numpy as np

warnings.simplefilter('ignore')  # version 2 and 3 headers warn that old readers lack them


def encoded(array, version=None):
    file = io.BytesIO()
    np.lib.format.write_array(file, array, version=version)
    return base64.b64encode(file.getvalue()).decode()


def case(name, array, version=None):
    return {
        'name': name,
        'shape': list(array.shape),
        'values': [str(v) if abs(v) > 2**53 else v for v in array.ravel(order='C').tolist()],
        'file': encoded(array, version),
    }


rng = np.random.default_rng(0)
floats = rng.normal(size=(2, 3, 4))
cases = []
for code in ['u1', 'i1', 'u2', 'i2', 'u4', 'i4', 'u8', 'i8', 'f2', 'f4', 'f8']:
    info = np.iinfo(code) if code[0] in 'ui' else None
    top = 2**63 - 1 if code == 'u8' else info and info.max
    values = [info.min, 0, 1, 7, top, top - 1] if info else floats.ravel()[:6]
    for order in '<>':
        array = np.array(values).astype(order + code).reshape(2, 3)
        cases.append(case(f'{order}{code}', array))
        cases.append(case(f'{order}{code} Fortran', np.asfortranarray(array)))
cases.append(case('b1', np.array([[True, False, True]])))
cases.append(case('f2 extremes', np.array([65504, 6e-8, -0.0, 6.1e-5, 0.333], dtype='<f2')))
cases.append(case('three axes Fortran', np.asfortranarray(floats)))
cases.append(case('version 2', floats.astype('<f4'), (2, 0)))
cases.append(case('version 3', floats.astype('<f4'), (3, 0)))
cases.append(case('scalar', np.array(2.5)))
cases.append(case('no rows', np.zeros((0, 3), '<f4')))
cases.append(case('no columns Fortran', np.zeros((3, 0), '<f4', order='F')))

objects = np.array([{}, None], dtype=object)
stream = io.BytesIO()
np.save(stream, objects, allow_pickle=True)
refused = {
    'objects': base64.b64encode(stream.getvalue()).decode(),
    'structured': encoded(np.zeros(2, dtype=[('a', '<f4'), ('b', '<i4')])),
    'complex': encoded(np.zeros(2, dtype='<c8')),
    'text': encoded(np.array(['a', 'bc'])),
    'uint64 beyond int64': encoded(np.array([2**63], dtype='<u8')),
}

archives = {}
for name, save in [('stored', np.savez), ('deflated', np.savez_compressed)]:
    stream = io.BytesIO()
    save(stream, x=np.arange(600, dtype='u1').reshape(50, 3, 4) % 200, y=np.arange(50) % 10)
    archives[name] = base64.b64encode(stream.getvalue()).decode()

golden = {'numpy': np.__version__, 'cases': cases, 'refused': refused, 'archives': archives}
path = pathlib.Path(__file__).with_name('numpy.golden.json')
path.write_text(json.dumps(golden) + '\n')
