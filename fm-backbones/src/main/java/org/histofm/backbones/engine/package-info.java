/**
 * The native engine: the only package that touches DJL. {@link
 * org.histofm.backbones.engine.EngineSettings} say how it runs, {@link
 * org.histofm.backbones.engine.Engine#start} starts it once a process, {@link
 * org.histofm.backbones.engine.EngineModule} holds a program and calls its methods on {@link
 * org.histofm.backbones.engine.EngineTensor}s. Whoever makes a module or a tensor closes it.
 */
@NullMarked
package org.histofm.backbones.engine;

import org.jspecify.annotations.NullMarked;
