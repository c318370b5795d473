#include <clocale>
#include <cmath>
#include <cstdio>
#include <fstream>
#include <locale>

#include <jpeglib.h>
#include <zlib.h>

#include "app/runtime/files/csv_points.h"
#include "app/runtime/files/data_file.h"
#include "app/runtime/media/jpeg.h"
#include "app/runtime/files/npz.h"
#include "app/runtime/media/png.h"
#include "app/runtime/point_scale.h"
#include "tests/catch.h"
#include "tests/runtime/helpers.h"

using namespace pf;
using namespace pf::testing;

namespace {

FilePoints csv(const std::string& text) { return points_of_text(text, "t.csv", 20'000, 1); }
std::string refused(const std::string& text) {
    return refusal([&] { csv(text); });
}
bool is(const FilePoints& points, std::initializer_list<std::array<float, 2>> expected) {
    if (points.x.rows() != static_cast<Eigen::Index>(expected.size())) return false;
    Eigen::Index i = 0;
    for (const auto& row : expected)
        if (points.x(i, 0) != row[0] || points.x(i++, 1) != row[1]) return false;
    return true;
}
std::string written(const Folder& folder, const std::string& name, const std::string& bytes) {
    std::ofstream(folder.file(name), std::ios::binary) << bytes;
    return folder.file(name);
}
std::string file_refused(const std::string& path) {
    return refusal([&] { read_data_file(path, 1); });
}

// Decimal commas and dots between thousands, as a German locale has them, whether one is installed or not.
struct Commas : std::numpunct<char> {
    char do_decimal_point() const override { return ','; }
    char do_thousands_sep() const override { return '.'; }
    std::string do_grouping() const override { return "\3"; }
};
class German {
public:
    German() : c_before_(std::setlocale(LC_ALL, nullptr)), before_(std::locale::global(std::locale(std::locale::classic(), new Commas))) { std::setlocale(LC_ALL, "de_DE.UTF-8"); }
    ~German() {
        std::locale::global(before_);
        std::setlocale(LC_ALL, c_before_.c_str());
    }

private:
    std::string c_before_;
    std::locale before_;
};

Image blank(int width, int height, std::uint8_t grey, std::uint8_t alpha = 255) {
    Image image{width, height, std::vector<std::uint8_t>(static_cast<std::size_t>(width) * static_cast<std::size_t>(height) * 4, grey)};
    for (std::size_t i = 3; i < image.pixels.size(); i += 4) image.pixels[i] = alpha;
    return image;
}
void fill(Image& image, int x0, int y0, int x1, int y1, std::uint8_t grey, std::uint8_t alpha = 255) {
    for (int y = y0; y < y1; ++y)
        for (int x = x0; x < x1; ++x) {
            auto* p = image.pixels.data() + 4 * (y * image.width + x);
            p[0] = p[1] = p[2] = grey, p[3] = alpha;
        }
}

void write_jpeg(const std::string& path, const Image& image, const std::string& exif = "") {
    std::FILE* file = std::fopen(path.c_str(), "wb");
    jpeg_compress_struct jpeg;
    jpeg_error_mgr errors;
    jpeg.err = jpeg_std_error(&errors);
    jpeg_create_compress(&jpeg);
    jpeg_stdio_dest(&jpeg, file);
    jpeg.image_width = static_cast<unsigned>(image.width), jpeg.image_height = static_cast<unsigned>(image.height);
    jpeg.input_components = 3, jpeg.in_color_space = JCS_RGB;
    jpeg_set_defaults(&jpeg);
    jpeg_start_compress(&jpeg, TRUE);
    if (!exif.empty()) jpeg_write_marker(&jpeg, JPEG_APP0 + 1, reinterpret_cast<const JOCTET*>(exif.data()), static_cast<unsigned>(exif.size()));
    std::vector<JSAMPLE> row(static_cast<std::size_t>(image.width) * 3);
    for (int y = 0; y < image.height; ++y) {
        for (int x = 0; x < 3 * image.width; ++x) row[static_cast<std::size_t>(x)] = image.pixels[static_cast<std::size_t>(4 * (y * image.width + x / 3) + x % 3)];
        JSAMPROW at = row.data();
        jpeg_write_scanlines(&jpeg, &at, 1);
    }
    jpeg_finish_compress(&jpeg);
    jpeg_destroy_compress(&jpeg);
    std::fclose(file);
}

// A PNG that says it is that large, and ends there.
std::string png_header_of(std::uint32_t width, std::uint32_t height) {
    const auto big = [](std::uint32_t v) {
        return std::string{static_cast<char>(v >> 24), static_cast<char>(v >> 16), static_cast<char>(v >> 8), static_cast<char>(v)};
    };
    const std::string chunk = "IHDR" + big(width) + big(height) + std::string("\x08\x06\x00\x00\x00", 5);
    const auto crc = static_cast<std::uint32_t>(crc32(0, reinterpret_cast<const Bytef*>(chunk.data()), static_cast<unsigned>(chunk.size())));
    return "\x89PNG\r\n\x1a\n" + big(13) + chunk + big(crc) + std::string("\0\0\0\0IDAT\x35\xAF\x06\x1E", 12);
}

}  // namespace

TEST_CASE("rows of points in every usual spelling") {
    for (const bool german : {false, true}) {
        CAPTURE(german);
        const auto locale = german ? std::make_unique<German>() : nullptr;
        CHECK(is(csv("1,2\n-0.5,1e-3\n"), {{1, 2}, {-0.5f, 1e-3f}}));
        CHECK(is(csv("x,y\n1,2\n3,4"), {{1, 2}, {3, 4}}));
        CHECK(is(csv("\xEF\xBB\xBFx;y\r\n1.5;2\r\n\r\n3;4\r\n"), {{1.5f, 2}, {3, 4}}));
        CHECK(is(csv("# made by hand\n  1   2 \n\t\n 3 4\n"), {{1, 2}, {3, 4}}));
        CHECK(is(csv("1\t2\n+3\t-4\n"), {{1, 2}, {3, -4}}));
        CHECK(is(csv("\"x\", \"y\"\n\"1\", 2\n"), {{1, 2}}));
        CHECK(is(csv("1,2\r3,4\r"), {{1, 2}, {3, 4}}));
        CHECK(is(csv("[[1, 2], [3.5, -4]]"), {{1, 2}, {3.5f, -4}}));
        CHECK(is(csv(" [1, 2],\n [3.5, -4] "), {{1, 2}, {3.5f, -4}}));
        CHECK(is(csv("x y class\n1 2 0\n3 4 7\n"), {{1, 2}, {3, 4}}));
        CHECK(is(csv("class,X,Y\n9,1,2\n9,3,4\n"), {{1, 2}, {3, 4}}));
        CHECK(is(csv("y,x\n1,2\n3,4\n"), {{2, 1}, {4, 3}}));
        CHECK(is(csv("class,x,y\n1,2\n"), {{1, 2}}));  // the rows have no third column
    }
}

TEST_CASE("columns that are left out are said, with their names") {
    const auto said = [](const std::string& text) { return describe(csv(text), "t.csv"); };
    CHECK(said("1,2,0\n") == "t.csv: 1 point; 3 columns: the first two are taken as x and y, column 3 is left out");
    CHECK(said("x,y,label\n1,2,0\n3,4,1\n") == "t.csv: 2 points; 3 columns: the first two ('x', 'y') are taken as x and y, column 3 'label' is left out");
    CHECK(said("\"id\"; \"x\"; \"y\"\n1;2;0\n") == "t.csv: 1 point; 3 columns: 2 and 3, which the header calls x and y, are taken, column 1 'id' is left out");
    CHECK(said("id,x1,x2\n1,2,0\n") == "t.csv: 1 point; 3 columns: the first two ('id', 'x1') are taken as x and y, column 3 'x2' is left out");
    CHECK(said("Y,X\n1,2\n") == "t.csv: 1 point; 2 columns: 2 and 1, which the header calls x and y, are taken");
    CHECK(said("points\n1,2,0\n").find("column 3 is left out") != std::string::npos);  // a headline, not a header
    CHECK(is_warning(csv("1,2,0\n")));
    CHECK(said("x,y\n1,2\n") == "t.csv: 1 point");
    CHECK_FALSE(is_warning(csv("x,y\n1,2\n")));
    Folder folder;
    const std::vector<float> rows{1, 2, 3, 4, 5, 6};
    const std::string path = written(folder, "six.npy", npy_header(false, std::vector<std::size_t>{1, 6}) + std::string(reinterpret_cast<const char*>(rows.data()), 24));
    CHECK(describe(read_data_file(path, 1), path) == "six.npy: 1 point; 6 columns: the first two are taken as x and y, columns 3 to 6 are left out");
}

TEST_CASE("points far from the noise, or of another scale, are said to be, with the map that brings them there") {
    const auto drawn = [](double x, double y, double sd) {
        Random random(1, "points of a scale");
        Points out(4000, 2);
        for (Eigen::Index i = 0; i < out.rows(); ++i) out.row(i) << static_cast<float>(x + sd * random.normal()), static_cast<float>(y + 0.5 * sd * random.normal());
        return out;
    };
    for (const double sd : {0.3, 1.0, 4.0}) CHECK(about_scale(drawn(0.5, -1, sd)).empty());
    for (const Points& off : {drawn(1000, -2000, 300), drawn(0, 0, 1e-3), drawn(0, 0, 300), drawn(50, 0, 1)}) {
        const std::string sentence = about_scale(off);
        CHECK(sentence.find("where noise is N(0, 1)") != std::string::npos);
        // The map that it names, as it stands there.
        double mean[2], sd;
        char sign[2];
        const auto at = sentence.find("write (x ");
        REQUIRE(at != std::string::npos);
        std::string map = sentence.substr(at);
        for (std::size_t minus; (minus = map.find("−")) != std::string::npos;) map.replace(minus, 3, "-");
        REQUIRE(std::sscanf(map.c_str(), "write (x %c %lf)/%lf, (y %c %lf)", &sign[0], &mean[0], &sd, &sign[1], &mean[1]) == 5);
        Points there = off;
        for (int axis = 0; axis < 2; ++axis) there.col(axis) = (there.col(axis) + static_cast<float>(sign[axis] == '-' ? -mean[axis] : mean[axis])) / static_cast<float>(sd);
        CHECK(about_scale(there).empty());
        CHECK(std::abs(there.mean()) < 0.05f);
    }
    const Points narrow = drawn(1e5 + 1234, 7, 3);  // three digits of so far a mean are not near enough
    REQUIRE(map_into_reach(narrow));
    CHECK_FALSE(map_into_reach((*map_into_reach(narrow))(narrow)));
    CHECK((*map_into_reach(narrow))(narrow).colwise().mean().abs().maxCoeff() < 0.05f);
    Points one(1, 2);
    one << 300, 300;
    CHECK(about_scale(one).empty());
    CHECK(describe(csv("1000,2000\n1300,2400\n"), "t.csv").starts_with("t.csv: 2 points; mean (1150, 2200) and standard deviation (150, 200)"));
}

TEST_CASE("bad rows are refused, with line and column, in every locale") {
    for (const bool german : {false, true}) {
        CAPTURE(german);
        const auto locale = german ? std::make_unique<German>() : nullptr;
        CHECK(refused("1,2\n3,x\n") == "t.csv: line 2, column 2: 'x' is not a number; numbers have a decimal point");
        CHECK(refused("a;b\n1,5;2,5\n") == "t.csv: line 2, column 1: '1,5' is not a number; numbers have a decimal point");
        CHECK(refused("1,5 2,5\n").find("line 1, column 2: '5 2' is not a number") != std::string::npos);
        CHECK(refused("1,5,2,5\n") == "t.csv: line 1: 4 columns; expected 2 (x, y), or 3, of which the third is left out");
        CHECK(refused("1,2\n\r\n3\n") == "t.csv: line 3: 1 column; expected 2 (x, y), or 3, of which the third is left out");
        CHECK(refused("1,2\r\n3,4,5\r\n") == "t.csv: line 2: 3 columns; the rows above have 2");
        CHECK(refused("1,2\n1e5,0\n") == "t.csv: line 2, column 1: '1e5' is outside -10000 … 10000");
        CHECK(refused("nan,2\n").find("column 1: 'nan' is outside") != std::string::npos);
        CHECK(refused("1e999,2\n").find("column 1: '1e999' is outside") != std::string::npos);
        CHECK(refused("") == "t.csv: no rows of numbers; expected two columns, x and y");
        CHECK(refused("x,y\n") == "t.csv: no rows of numbers; expected two columns, x and y");
        CHECK(refused("x,y\nu,v\n1,2").find("line 2, column 1: 'u'") != std::string::npos);
        CHECK(refused(std::string("1,2\n3,\0004\n", 9)) == "t.csv: line 2: a NUL byte; expected text");
        CHECK(refused(std::string("\xFF\xFE" "1\0,\0" "2\0", 8)) == "t.csv: line 1: UTF-16 text; expected UTF-8 or ASCII");
        CHECK(refused("[[1, 2], [3]]").find("[1]: expected 2 entries, got 1") != std::string::npos);
        CHECK(refused("[[1, 2e4]]").find("[0]: outside -10000 … 10000") != std::string::npos);
        CHECK(refused("[[1, 2}").find("t.csv") == 0);
    }
}

TEST_CASE("endless lines and huge files are refused by caps, before they are held") {
    Folder folder;
    CsvPoints rows("c.csv", 100, 1);
    const std::string commas(1 << 16, ',');
    CHECK(refusal([&] { for (int i = 0; i < 15'000; ++i) rows.add(commas); }) == "c.csv: line 1: longer than 1000 bytes; expected x and y, and perhaps a third column, which is left out");
    // Sparse: 10⁹ bytes that take no room.
    const std::string large = written(folder, "large.csv", "1,2\n");
    std::filesystem::resize_file(large, 1'000'000'000);
    CHECK(file_refused(large) == large + ": 953 MB; expected at most 64");
    const std::string array = written(folder, "large.npy", "\x93NUMPY");
    std::filesystem::resize_file(array, 1'000'000'000);
    CHECK(file_refused(array).find("expected at most") != std::string::npos);
    const std::string picture = written(folder, "huge.png", png_header_of(60'000, 60'000));
    CHECK(file_refused(picture).find("not a PNG that can be read") != std::string::npos);
    CHECK(file_refused(written(folder, "wide.png", png_header_of(16'000, 16'000))).find("are too many: at most 64 million") != std::string::npos);
    CHECK(file_refused(folder.file("absent.csv")) == folder.file("absent.csv") + ": there is no such file");
    CHECK(file_refused(folder.file("absent.jpg")) == folder.file("absent.jpg") + ": there is no such file");
    CHECK(file_refused(folder.file("absent.npy")) == folder.file("absent.npy") + ": there is no such file");
    std::filesystem::create_directory(folder.file("folder.npy"));
    CHECK(file_refused(folder.file("folder.npy")) == folder.file("folder.npy") + ": is a folder; expected a file of data");
    CHECK(file_refused(written(folder, "data.xyz", "1,2")).find("expected the name of a file of data") != std::string::npos);
}

TEST_CASE("of more rows than a data set holds a seeded sample is taken, and said") {
    std::string text;
    for (int i = 0; i < 50'000; ++i) text += fmt::format("{} {}\n", i % 100, i / 5000);
    Folder folder;
    const std::string path = written(folder, "many.txt", text);
    const FilePoints a = read_data_file(path, 3), b = read_data_file(path, 3), c = read_data_file(path, 4);
    CHECK((a.x.rows() == 20'000 && a.rows == 50'000));
    CHECK((a.x == b.x).all());
    CHECK_FALSE((a.x == c.x).all());
    CHECK(describe(a, path) == "many.txt: 20000 of its 50000 points, drawn at random");
    // Every tenth of the file is there with its share: 2,000 ± 5 √(2000 · 0.9 · 0.6).
    for (int k = 0; k < 10; ++k) CHECK(std::abs((a.x.col(1) == static_cast<float>(k)).count() - 2000) < 165);
}

TEST_CASE("NPY files of two columns or more") {
    Folder folder;
    const auto array = [&](bool is_double, std::vector<std::size_t> shape, const auto& values) {
        return npy_header(is_double, shape) + std::string(reinterpret_cast<const char*>(values.data()), values.size() * sizeof(values[0]));
    };
    const std::vector<float> single{1, 2, 3, 4};
    const std::vector<double> wide{1, 2, 9, 3, 4, 9}, broken{1, NAN};
    CHECK(is(read_data_file(written(folder, "a.npy", array(false, {2, 2}, single)), 1), {{1, 2}, {3, 4}}));
    CHECK(is(read_data_file(written(folder, "B.NPY", array(true, {2, 3}, wide)), 1), {{1, 2}, {3, 4}}));
    CHECK(file_refused(written(folder, "c.npy", array(false, {4}, single))).find("expected an array of shape [N, 2]") != std::string::npos);
    CHECK(file_refused(written(folder, "d.npy", array(true, {1, 2}, broken))).find("row 0 is (1, nan)") != std::string::npos);
    CHECK(file_refused(written(folder, "e.npy", "x,y\n1,2\n")).find("not an NPY file") != std::string::npos);
    CHECK(file_refused(written(folder, "f.npy", array(false, {2, 2}, std::vector<float>{1, 2, 3}))).find("expected 16 bytes") != std::string::npos);
}

TEST_CASE("a file of data whose contents are of another kind than its name says is called what it is") {
    Folder folder;
    const std::string png("\x89PNG\r\n\x1A\n\0\0", 10), jpeg("\xFF\xD8\xFF\xE0\0\x10JFIF", 10), gzip("\x1F\x8B\x08\0\0\0", 6), npy("\x93NUMPY\1\0", 8), wide("\xFF\xFE" "1\0,\0" "2\0", 8);
    const auto says = [&](const std::string& name, const std::string& bytes, const std::string& what) {
        const std::string sentence = file_refused(written(folder, name, bytes));
        INFO(sentence);
        CHECK(sentence.starts_with(folder.file(name) + ": this is " + what));
    };
    says("a.csv", png, "a PNG picture, which its name does not say; as data, for its darkness, its name has to end in .png");
    says("b.csv", gzip, "packed with gzip, which its name does not say; unpack it first");
    says("c.csv", wide, "UTF-16 text, which its name does not say; save it as UTF-8");
    says("d.csv", wide.substr(2), "UTF-16 text");
    says("e.png", jpeg, "a JPEG picture");
    says("f.jpg", png, "a PNG picture");
    says("g.npy", png, "a PNG picture");
    says("h.txt", npy, "an NPY");
    std::filesystem::create_directory(folder.file("i.csv"));
    CHECK(file_refused(folder.file("i.csv")) == folder.file("i.csv") + ": is a folder; expected a file of data");
}

TEST_CASE("the darkness of a picture becomes points, its aspect kept") {
    // 200 × 100 pixels: the left half of the picture half transparent black at the top, the rest of the dark ground at the lower right.
    Folder folder;
    Image image = blank(200, 100, 255);
    fill(image, 0, 0, 100, 50, 0, 128);
    fill(image, 150, 75, 200, 100, 0);
    fill(image, 100, 0, 150, 50, 0, 0);  // black, and not there
    write_png(folder.file("a.png"), image);
    const FilePoints points = read_data_file(folder.file("a.png"), 1);
    CHECK((points.x.rows() == 5000 && points.picture));
    // Masses: 100 · 50 · 128/255 against 50 · 25.
    const double first = 5000 * 128.0 / 255, second = 1250, share = second / (first + second);
    const auto lower_right = ((points.x.col(0) > 1.5f) && (points.x.col(1) < 0)).count();
    CHECK(static_cast<double>(lower_right) / 5000 == Approx(share).margin(5 * std::sqrt(share / 5000)));
    CHECK(((points.x.col(0) < 0) && (points.x.col(1) > 0)).count() + lower_right == 5000);
    CHECK(points.x.col(0).minCoeff() == Approx(-3).margin(0.01));
    CHECK(points.x.col(0).maxCoeff() == Approx(3).margin(0.01));
    CHECK(points.x.col(1).maxCoeff() == Approx(1.5).margin(0.01));
    CHECK(points.x.col(1).minCoeff() == Approx(-1.5).margin(0.02));
    write_png(folder.file("white.png"), blank(20, 20, 255));
    CHECK(file_refused(folder.file("white.png")).find("white all over") != std::string::npos);
    write_png(folder.file("clear.png"), blank(20, 20, 0, 0));
    CHECK(file_refused(folder.file("clear.png")).find("white all over") != std::string::npos);

    // A JPEG, larger than what it is averaged to: its lower left quarter.
    Image photo = blank(2400, 1200, 255);
    fill(photo, 0, 600, 1200, 1200, 0);
    write_jpeg(folder.file("b.jpg"), photo);
    const FilePoints drawn = read_data_file(folder.file("b.jpg"), 1);
    CHECK(((drawn.x.col(0) < 0.05f) && (drawn.x.col(1) < 0.05f)).count() == 5000);
    CHECK(static_cast<double>(drawn.x.col(0).mean()) == Approx(-1.5).margin(0.1));
    CHECK(static_cast<double>(drawn.x.col(1).mean()) == Approx(-0.75).margin(0.05));
}

TEST_CASE("damaged pictures are refused") {
    Folder folder;
    Image image = blank(64, 64, 255);
    fill(image, 10, 10, 40, 40, 0);
    write_jpeg(folder.file("a.jpg"), image);
    write_png(folder.file("a.png"), image);
    const auto bytes = [&](const std::string& name) {
        std::ifstream file(folder.file(name), std::ios::binary);
        return std::string(std::istreambuf_iterator<char>(file), {});
    };
    const std::string jpeg = bytes("a.jpg"), png = bytes("a.png");
    CHECK(file_refused(written(folder, "cut.jpg", jpeg.substr(0, jpeg.size() - 200))).find("not a JPEG that can be read") != std::string::npos);
    CHECK(file_refused(written(folder, "text.jpg", "hello")).find("not a JPEG that can be read") != std::string::npos);
    CHECK(file_refused(written(folder, "cut.png", png.substr(0, png.size() - 20))).find("not a PNG that can be read") != std::string::npos);
    // The frame header says 60,000 pixels a side: 0xFFC0, length, 8 bits, height, width.
    std::string lies = jpeg;
    const auto at = lies.find("\xFF\xC0");
    REQUIRE(at != std::string::npos);
    lies.replace(at + 5, 4, "\xEA\x60\xEA\x60");
    CHECK(file_refused(written(folder, "huge.jpg", lies)).find("60000x60000 pixels are too many") != std::string::npos);
    Random random(2, "damage");
    for (int i = 0; i < 300; ++i) {
        std::string& damaged = i % 2 == 0 ? (lies = jpeg) : (lies = png);
        for (int k = 0; k < 3; ++k) damaged[static_cast<std::size_t>(random.below(static_cast<int>(damaged.size())))] = static_cast<char>(random.below(256));
        const std::string name = written(folder, i % 2 == 0 ? "damaged.jpg" : "damaged.png", damaged);
        file_refused(name);  // refused or read, never anything worse
    }
}

TEST_CASE("a photograph lies as its camera was held: all eight orientations, in both byte orders; without one that makes sense as it is") {
    const Folder folder;
    Image image{32, 16, std::vector<std::uint8_t>(std::size_t{4} * 32 * 16, 255)};
    for (int y = 0; y < 8; ++y)
        for (int x = 0; x < 8; ++x)
            for (int c = 0; c < 3; ++c) image.pixels[static_cast<std::size_t>(4 * (32 * y + x) + c)] = 0, image.pixels[static_cast<std::size_t>(4 * (32 * y + 31 - x) + c)] = 120;
    const auto exif = [](bool little, int value, std::size_t directory = 8) {
        const auto number = [&](std::size_t v, int bytes) {
            std::string out;
            for (int i = 0; i < bytes; ++i) out += static_cast<char>(v >> 8 * (little ? i : bytes - 1 - i) & 255);
            return out;
        };
        return std::string("Exif\0\0", 6) + (little ? "II" : "MM") + number(42, 2) + number(directory, 4) + number(2, 2) + number(0x0100, 2) + number(3, 2) + number(1, 4) + number(7, 2) + number(0, 2) +
               number(0x0112, 2) + number(3, 2) + number(1, 4) + number(static_cast<std::size_t>(value), 2) + number(0, 2) + number(0, 4);
    };
    // The corner where black is, then that of grey: t op, b ottom, l eft, r ight.
    const auto corners = [&](const std::string& marker) {
        write_jpeg(folder.file("o.jpg"), image, marker);
        const Image read = read_grey_jpeg(folder.file("o.jpg"), 64);
        std::string black, grey;
        for (const char* corner : {"tl", "tr", "bl", "br"}) {
            const int x = corner[1] == 'l' ? 3 : read.width - 4, y = corner[0] == 't' ? 3 : read.height - 4;
            const int value = read.pixels[static_cast<std::size_t>(4 * (read.width * y + x))];
            if (value < 40) black += corner;
            else if (value < 180) grey += corner;
        }
        return fmt::format("{} {} {}x{}", black, grey, read.width, read.height);
    };
    const char* expected[] = {"tl tr 32x16", "tr tl 32x16", "br bl 32x16", "bl br 32x16", "tl bl 16x32", "tr br 16x32", "br tr 16x32", "bl tl 16x32"};
    for (int value = 1; value <= 8; ++value)
        for (const bool little : {true, false}) {
            CAPTURE(value, little);
            CHECK(corners(exif(little, value)) == expected[value - 1]);
        }
    for (const std::string& marker : {std::string(), exif(true, 0), exif(true, 9), exif(false, 6, 4000), exif(false, 6, 4'000'000'000), exif(true, 6).substr(0, 20), std::string("Exif\0\0", 6), std::string("http://ns.adobe.com/xap/1.0/")}) CHECK(corners(marker) == expected[0]);
}
