package org.histofm.backbones.bag;

import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.List;
import org.histofm.InputException;
import org.histofm.backbones.weights.TorchFile;
import org.histofm.backbones.weights.TorchTensor;

/** Rows of a torch file: of one tensor [N, D], or of a list of tensors [D]. */
final class TorchBag {
  private static final String EVA_WARNING =
      "eva puts the tiles of a later flush before those of an earlier one: the order of rows is not"
          + " that of its coordinate table.";

  private TorchBag() {}

  static BagFile open(Path path) {
    TorchFile file = TorchFile.open(path);
    try {
      BagFile bag =
          switch (file.kind()) {
            case TENSOR -> matrix(file);
            case LIST -> list(file);
            case DICTIONARY ->
                throw new InputException(
                    path + " holds a dictionary, expected a tensor [N, D] or a list of [D].",
                    "Save the embeddings alone.");
          };
      file = null;
      return bag;
    } finally {
      if (file != null) {
        file.close();
      }
    }
  }

  private static BagFile matrix(TorchFile file) {
    TorchTensor tensor = file.tensors().get(0);
    if (tensor.shape().size() == 1) {
      // a single embedding, as the authors of an encoder publish one to compare with
      return bag(file, BagFormat.TENSOR, 1, tensor.shape().get(0), List.of());
    }
    if (tensor.shape().size() != 2) {
      throw shape(file, "a tensor of shape " + tensor.shape());
    }
    return bag(file, BagFormat.TENSOR, tensor.shape().get(0), tensor.shape().get(1), List.of());
  }

  private static BagFile list(TorchFile file) {
    List<TorchTensor> tensors = file.tensors();
    if (tensors.size() != file.items()) {
      throw shape(file, "a list of " + file.items() + " items with " + tensors.size() + " tensors");
    }
    if (tensors.isEmpty()) {
      throw shape(file, "an empty list");
    }
    List<Long> first = tensors.get(0).shape();
    for (TorchTensor tensor : tensors) {
      if (tensor.shape().size() != 1 || !tensor.shape().equals(first)) {
        throw shape(
            file,
            "a list whose tensor "
                + tensor.name()
                + " has shape "
                + tensor.shape()
                + ", the first "
                + first);
      }
    }
    return bag(
        file,
        BagFormat.EVA,
        tensors.size(),
        first.get(0),
        tensors.size() > 1 ? List.of(EVA_WARNING) : List.of());
  }

  private static InputException shape(TorchFile file, String found) {
    return new InputException(
        file.path() + " holds " + found + ", expected a tensor [N, D] or a list of [D].",
        "Name a file of tile embeddings; maps for segmentation are none.");
  }

  private static BagFile bag(
      TorchFile file, BagFormat format, long rows, long dim, List<String> warnings) {
    for (TorchTensor tensor : file.tensors()) {
      if (!tensor.dtype().isReadable()) {
        throw new InputException(
            file.path() + " holds numbers of type " + tensor.dtype() + ", no embeddings.",
            "Name a file of floating point embeddings.");
      }
    }
    if (dim < 1 || dim > Integer.MAX_VALUE) {
      throw shape(file, "embeddings of width " + dim);
    }
    BagFacts facts =
        new BagFacts(
            file.path(), format, BagFacts.slideOf(file.path()), null, null, Double.NaN, warnings);
    return new BagFile(facts, new Rows(file, format, rows, (int) dim));
  }

  private record Rows(TorchFile file, BagFormat format, long rows, int dim) implements BagRows {
    @Override
    public void read(long first, FloatBuffer target) {
      if (format == BagFormat.TENSOR) {
        file.read(file.tensors().get(0), first * dim, target);
        return;
      }
      int end = target.limit();
      for (int row = (int) first; target.position() < end; row++) {
        target.limit(target.position() + dim);
        file.read(file.tensors().get(row), 0, target);
      }
      target.limit(end);
    }

    @Override
    public void close() {
      file.close();
    }
  }
}
