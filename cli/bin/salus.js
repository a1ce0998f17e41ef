#!/usr/bin/env node
'use strict';

// A file of the sources, so that installing can link and run it before anything is compiled.
require('../dist/main.js');
