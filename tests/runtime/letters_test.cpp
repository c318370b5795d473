#include "app/runtime/letters.h"

#include <string>

#include "tests/catch.h"

using namespace pf;

TEST_CASE("A text in UTF-8 is taken apart into its letters") {
    const std::string_view text = "dX = ½σₜ² 𝒩";
    const auto all = letters(text);
    REQUIRE(all.size() == 11);
    CHECK(letter_count(text) == 11);
    CHECK(all[5].code == U'½');
    CHECK(all[7].code == U'ₜ');
    CHECK(all[10].code == U'𝒩');
    CHECK(all[10].bytes == "𝒩");
    CHECK(letters("").empty());
}

TEST_CASE("What is no UTF-8 has letters too, which together are the text") {
    for (const std::string_view text : {"\x80\x80", "a\xF0\x9D", "\xFF\xFE", "\xC3", "x\xE2\x82"}) {
        std::string together;
        for (const Letter& letter : letters(text)) together += letter.bytes;
        CHECK(together == text);
    }
}
