/**
 * Programs as lists of layers. A shape such as {@link org.histofm.backbones.program.VitShape} says
 * what a network computes; {@link org.histofm.backbones.program.VitProgram} turns it into the
 * layers it is made of, and these into TorchScript text for the engine. The parameters come, by
 * timm's names, from a {@link org.histofm.backbones.program.ParameterSource}.
 */
@NullMarked
package org.histofm.backbones.program;

import org.jspecify.annotations.NullMarked;
