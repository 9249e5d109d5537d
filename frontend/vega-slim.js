// The part of Vega that the figures use: no loaders, no projections, no canvas, and expressions run by the
// interpreter, so that the pages can forbid eval.
import {extend} from 'vega-util';
import {transforms} from 'vega-dataflow';
import * as dataTransforms from 'vega-transforms';
import * as viewTransforms from 'vega-view-transforms';
import * as encodeTransforms from 'vega-encode';
import {View} from 'vega-view';
import {parse} from 'vega-parser';
import {expressionInterpreter} from 'vega-interpreter';

extend(transforms, dataTransforms, viewTransforms, encodeTransforms);

export {View, parse, expressionInterpreter};
