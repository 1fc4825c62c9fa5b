/*
 * all.mjs - every browser test, in one process and one after the other.
 *
 * One file alone: BUILD_DIR=… SRC_DIR=… node outage.test.mjs
 */

import './page.test.mjs';
import './words.test.mjs';
import './ends.test.mjs';
import './outage.test.mjs';
import './element.test.mjs';
import './cors.test.mjs';
import './pipe.test.mjs';
import './react.test.mjs';
