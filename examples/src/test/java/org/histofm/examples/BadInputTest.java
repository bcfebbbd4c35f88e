package org.histofm.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A user's mistake ends in one sentence with the remedy, exit code 2, and no stack trace. */
class BadInputTest {
  @TempDir Path folder;
  private Path table;

  @BeforeEach
  void tilesOfEightPatients() throws IOException {
    StringBuilder rows = new StringBuilder("path,label,patient,domain\n");
    for (int patient = 0; patient < 8; patient++) {
      for (int i = 0; i < 4; i++) {
        String name = "p" + patient + "-" + i + ".png";
        BufferedImage image = new BufferedImage(16, 16, BufferedImage.TYPE_INT_RGB);
        image.setRGB(i, patient, 0xffffff);
        ImageIO.write(image, "png", folder.resolve(name).toFile());
        rows.append(name).append(i % 2 == 0 ? ",benign" : ",malignant");
        rows.append(",P").append(patient).append(",site-a\n");
      }
    }
    table = folder.resolve("tiles.csv");
    Files.writeString(table, rows);
  }

  private String refused(Callable<Integer> command, String... args) {
    StringWriter err = new StringWriter();
    int code = Cli.run(command, new PrintWriter(err, true), args);
    String message = err.toString();
    assertThat(code).as(message).isEqualTo(2);
    assertThat(message).doesNotContain("\tat ").doesNotContain("Exception in thread");
    return message;
  }

  private String benchmark(String... more) {
    List<String> args =
        new ArrayList<>(
            List.of("--dataset", "tiles-csv", "--data", table.toString(), "--seeds", "1"));
    args.addAll(List.of("--out", folder.resolve("out").toString()));
    args.addAll(Arrays.asList(more));
    if (!args.contains("--backbone")) {
      args.addAll(List.of("--backbone", "vit-tiny-patch16-224"));
    }
    return refused(new BenchmarkAdapters(), args.toArray(String[]::new));
  }

  @Test
  void dataset_unknown_namesWhatExists() {
    assertThat(refused(new BenchmarkAdapters(), "--dataset", "no-such"))
        .contains("no data set 'no-such'", "tiles-csv", "ami-br");
  }

  @Test
  void dataset_folderMissing_isNamed() {
    Path absent = folder.resolve("absent.csv");
    assertThat(
            refused(new BenchmarkAdapters(), "--dataset", "tiles-csv", "--data", absent.toString()))
        .contains("absent.csv");
  }

  @Test
  void backbone_unknown_namesWhatExists() {
    assertThat(benchmark("--random-init", "--backbone", "resnet-9000"))
        .contains("no backbone 'resnet-9000'", "vit-tiny-patch16-224");
  }

  @Test
  void adapter_unknown_namesWhatExists() {
    assertThat(benchmark("--random-init", "--adapters", "no-such"))
        .contains("no adapter 'no-such'", "linear-probe");
  }

  @Test
  void adapterOption_unknown_namesWhatExists() {
    assertThat(benchmark("--random-init", "--adapter-option", "linear-probe.rate=1"))
        .contains("rate", "C");
  }

  @Test
  void epochs_ofAdaptersThatCountNone_isRefused() {
    assertThat(benchmark("--random-init", "--epochs", "2")).contains("--epochs", "linear-probe");
  }

  @Test
  void epochs_impossible_isRefusedByName() {
    assertThat(benchmark("--random-init", "--adapters", "lora", "--epochs", "0"))
        .contains("epochs=0");
  }

  @Test
  void blocks_moreThanThereAre_isRefusedBeforeTheFirstRun() {
    assertThat(
            benchmark(
                "--random-init",
                "--fractions",
                "1",
                "--adapters",
                "linear-probe,last-blocks",
                "--adapter-option",
                "last-blocks.blocks=13"))
        .contains("vit-tiny-patch16-224", "last 13 blocks");
    assertThat(folder.resolve("out/runs")).doesNotExist();
  }

  @Test
  void evaluator_unknown_namesWhatExists() {
    assertThat(benchmark("--random-init", "--evaluators", "no-such"))
        .contains("no evaluator 'no-such'", "classification");
  }

  @Test
  void weights_notGiven_saysHow() {
    assertThat(benchmark()).contains("no weights", "--weights", "--random-init");
  }

  @Test
  void weights_missing_areNamed() {
    assertThat(benchmark("--weights", folder.resolve("none.safetensors").toString()))
        .contains("none.safetensors");
  }

  @Test
  void weights_htmlPage_isRecognised() throws IOException {
    Path page = folder.resolve("page.safetensors");
    Files.writeString(page, "<!DOCTYPE html><html><body>404</body></html>");
    assertThat(benchmark("--weights", page.toString())).containsIgnoringCase("html");
  }

  @Test
  void trainDomain_unknown_namesWhatExists() {
    assertThat(benchmark("--random-init", "--train-domain", "mars")).contains("mars", "site-a");
  }

  @Test
  void fraction_tooSmall_namesTheSmallestThatWorks() {
    assertThat(benchmark("--random-init", "--fractions", "0.01"))
        .contains("0.01", "at least 0.0", "--validation none");
  }

  @Test
  void publishedSplit_unknown_isNamed() {
    assertThat(benchmark("--random-init", "--split", "authors")).contains("authors");
  }

  @Test
  void images_thatDoNotDecode_areAllListedBeforeTheFirstRun() throws IOException {
    Files.writeString(folder.resolve("p0-0.png"), "no image", StandardCharsets.UTF_8);
    Files.write(folder.resolve("p5-1.png"), new byte[0]);
    assertThat(benchmark("--random-init", "--fractions", "1"))
        .contains("p0-0", "p5-1", "--max-failed");
    assertThat(folder.resolve("out/runs")).doesNotExist();
  }

  @Test
  void label_ofOneKindOnly_isRefused() throws IOException {
    Files.writeString(table, Files.readString(table).replace("malignant", "benign"));
    assertThat(benchmark("--random-init")).contains("benign");
  }

  @Test
  void out_ofAnotherExperiment_isRefusedWithTheDifference() {
    String[] args = {
      "--dataset",
      "tiles-csv",
      "--data",
      table.toString(),
      "--seeds",
      "1",
      "--fractions",
      "1",
      "--backbone",
      "vit-tiny-patch16-224",
      "--random-init",
      "--out",
      folder.resolve("o").toString()
    };
    StringWriter err = new StringWriter();
    assertThat(Cli.run(new BenchmarkAdapters(), new PrintWriter(err, true), args))
        .as(err.toString())
        .isZero();
    args[5] = "2";
    assertThat(refused(new BenchmarkAdapters(), args)).contains("seeds");
  }

  @Test
  void reference_missing_isNamed() throws IOException {
    Path config = folder.resolve("config.json");
    Files.writeString(config, "{\"architecture\": \"vit_tiny_patch16_224\", \"model_args\": {}}");
    String absent = folder.resolve("absent.safetensors").toString();
    assertThat(
            refused(
                new VerifyBackbone(),
                "--model",
                config.toString(),
                "--weights",
                absent,
                "--reference",
                absent))
        .contains("absent.safetensors");
  }

  @Test
  void modelArgument_notSupported_isNamed() throws IOException {
    Path config = folder.resolve("config.json");
    Files.writeString(
        config, "{\"architecture\": \"vit_tiny_patch16_224\", \"model_args\": {\"rotary\": true}}");
    assertThat(
            refused(
                new VerifyBackbone(),
                "--model",
                config.toString(),
                "--weights",
                "w",
                "--reference",
                "r"))
        .contains("rotary");
  }

  @Test
  void commandLine_wrong_showsUsage() {
    assertThat(refused(new BenchmarkAdapters(), "--fractions", "many", "--dataset", "tiles-csv"))
        .contains("fractions");
  }
}
