"""Small valid files of every format, to be changed."""

CSV = b'id,text,more\nd1,"a ""b"" c",x\nd2,"two\nlines",\nd3,plain,y\n'
TREC = b"""<DOC>
<DOCNO> d1 </DOCNO>
<TITLE>One</TITLE>
<TEXT>a &amp; b</TEXT>
</DOC>
<DOC><DOCNO>d2</DOCNO>x</DOC>
"""
TOPICS = b"""<top>
<num> Number: 301
<title> river
<desc> Description: about
rivers
</top>
<top><num>2</num><title>x</title></top>
"""
XML = b"""<?xml version="1.0"?>
<topics><topic number="1"><query>river</query><narr>a &lt; b</narr></topic>
<topic number="2">x</topic></topics>
"""
SMART = b".I 1\n.T\nOne\n.A\nSomebody\n.W\nthe text\nof one\n.I 2\n.W\nanother\n"
GRADES = b"q1 0 d1 1\nq1 0 d2 0\nq2\t0\td3\t2\n"
EXPERIMENT = b"""name: x
collection: c
measures: [nDCG@10, AP]
seed: 7
systems:
- name: a
  stage: maxsim
  inputs:
  - stage: rrf
    inputs:
    - {stage: bm25, k1: 1.2}
    - stage: random
- stage: bm25
  depth: 50
"""
GRID = b"""name: x
collection: c
grid:
  system: {stage: weighted, inputs: [{stage: bm25}, {stage: random}]}
  parameters:
  - {node: [0], name: k1, values: [0.9, 1.2]}
  - {name: weights, step: 0.5}
"""
SCORES = b"system,query_id,nDCG@10,AP\na,q1,0.5,1\na,q2,,0.25\n"
