package org.histofm.backbones.slides;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.histofm.InputException;
import org.histofm.slide.Mpp;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SlideListTest {
  @TempDir Path folder;

  private void file(String name) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, "");
  }

  private Path table(String text) throws IOException {
    return Files.writeString(folder.resolve("list.csv"), text, StandardCharsets.UTF_8);
  }

  private SlideList open(String name) {
    return SlideList.open(folder.resolve(name).toString(), folder.resolve("out"));
  }

  @Test
  void folder_isSearchedSortedAndCounted() throws IOException {
    for (String name :
        List.of("b.svs", "a/x.TIF", "z/x.tif", "README.md", "a/.hidden.svs", "out/t/b.png")) {
      file(name);
    }
    SlideList list = open(".");
    assertThat(list.entries()).extracting(SlideEntry::id).containsExactly("a__x", "b", "z__x");
    assertThat(list.skippedFiles()).isEqualTo(2);
  }

  @Test
  void folder_withoutSlides_isRefused() throws IOException {
    file("notes.txt");
    assertThatThrownBy(() -> open("."))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("no slide")
        .hasMessageContaining("1 files of other kinds")
        .hasMessageContaining("svs");
  }

  @Test
  void folder_thatDoesNotExist_isRefused() {
    assertThatThrownBy(() -> open("absent"))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("do not exist");
  }

  @Test
  void table_withMarkQuotesAndColumns_isRead() throws IOException {
    table(
        "\ufeffSlide,mpp,id,group\r\n\"sub/a,1.svs\",0.25,case-1,P1\r\nb.svs,,,\r\n\r\n"
            + "https://host/c.svs?token=secret,,,P2\r\n");
    SlideList list = open("list.csv");
    assertThat(list.entries()).extracting(SlideEntry::id).containsExactly("case-1", "b", "c");
    assertThat(list.entries().get(0).mpp()).isEqualTo(Mpp.of(0.25));
    assertThat(list.entries().get(0).location().file())
        .contains(folder.resolve("sub").resolve("a,1.svs"));
    assertThat(list.entries().get(2).group()).isEqualTo("P2");
  }

  @Test
  void table_namingASlideTwice_keepsOneOrRefusesContradiction() throws IOException {
    table("slide,mpp\na.svs,0.5\n./a.svs,0.5\n");
    SlideList list = open("list.csv");
    assertThat(list.entries()).hasSize(1);
    assertThat(list.repeatedRows()).isEqualTo(1);
    table("slide,mpp\na.svs,0.5\na.svs,0.25\n");
    assertThatThrownBy(() -> open("list.csv")).hasMessageContaining("lines 2 and 3");
  }

  @Test
  void table_damaged_isRefusedWithTheLine() throws IOException {
    table("path\na.svs\n");
    assertThatThrownBy(() -> open("list.csv")).hasMessageContaining("no column 'slide'");
    table("slide,mpp\na.svs,quarter\n");
    assertThatThrownBy(() -> open("list.csv")).hasMessageContaining("'quarter' in line 2");
    table("slide,id\na.svs,../../etc\n");
    assertThatThrownBy(() -> open("list.csv")).hasMessageContaining("cannot name a file");
    table("slide,id\na.svs,x\nb.svs,X\n");
    assertThatThrownBy(() -> open("list.csv")).hasMessageContaining("lines 2 and 3");
    table("slide\n\"a.svs\n");
    assertThatThrownBy(() -> open("list.csv")).hasMessageContaining("quote");
    table("slide\n");
    assertThatThrownBy(() -> open("list.csv")).hasMessageContaining("names no slide");
  }

  @Test
  void ids_areSafeAndDifferent() {
    List<String> paths =
        List.of(
            "a/x.svs", "b/X.svs", "a/x.tif", "..svs", "ü b.svs", "c/" + "l".repeat(300) + ".svs");
    List<String> ids = SlideIds.of(paths, Set.of("x"));
    assertThat(ids).doesNotHaveDuplicates().allMatch(SlideEntry::isId);
    assertThat(ids.subList(0, 3)).containsExactly("a__x.svs", "b__X", "a__x.tif");
  }
}
