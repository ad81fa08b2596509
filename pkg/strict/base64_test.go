package strict_test

import (
	"bytes"
	"encoding/base64"
	"testing"

	"github.com/jwt-toolkit/jwt/pkg/strict"
)

func TestBase64URL(t *testing.T) {
	for text, want := range map[string]string{
		"":                             "",
		"AA":                           "\x00",
		"_w":                           "\xff",
		"AAA":                          "\x00\x00",
		"__8":                          "\xff\xff",
		"-_-_":                         "\xfb\xff\xbf",
		"AAAAAA":                       "\x00\x00\x00\x00",
		"Zm9vYmFy":                     "foobar", // RFC 4648 §10
		"AyM1SysPpbyDfgZld3umj1qzKObw": "\x03\x23\x35\x4b\x2b\x0f\xa5\xbc\x83\x7e\x06\x65\x77\x7b\xa6\x8f\x5a\xb3\x28\xe6\xf0",
	} {
		got, err := strict.Base64URL(text)
		if err != nil || string(got) != want {
			t.Errorf("Base64URL(%q) = %x, %v; want %x", text, got, err, want)
		}
		if back := strict.EncodeBase64URL([]byte(want)); back != text {
			t.Errorf("EncodeBase64URL(%x) = %q, want %q", want, back, text)
		}
	}
}

// TestC6C7C8Base64URL: encodings that other decoders take and that would give a
// token more than one text.
func TestC6C7C8Base64URL(t *testing.T) {
	for _, row := range []struct {
		text string
		want strict.Reason
		why  string
	}{
		{"AA==", strict.Padding, "RFC 7515 §2 leaves out padding"},
		{"AAA=", strict.Padding, "the same with one sign"},
		{"Zm9vYmFy=", strict.Padding, "padding where none would belong"},
		{"=", strict.Padding, "nothing but padding"},
		{"AA===", strict.Alphabet, "no encoder pads like this"},
		{"A=AAAAAA", strict.Alphabet, "'=' in the middle"},

		{"+w", strict.Alphabet, "the standard alphabet"},
		{"/w", strict.Alphabet, "the standard alphabet"},
		{"AA%3D%3D", strict.Alphabet, "percent encoding"},
		{"AA.AA", strict.Alphabet, "a dot"},
		{"AA\x00", strict.Alphabet, "NUL"},
		{"AAÄA", strict.Alphabet, "a letter, but not of ASCII"},
		{"AA\u200bAA", strict.Alphabet, "a zero-width space"},

		{"AA\nAA", strict.Alphabet, "encoding/base64 skips LF, even in strict mode"},
		{"AA\rAA", strict.Alphabet, "and CR"},
		{"\nAAAA", strict.Alphabet, "at the start"},
		{"AAAA\r\n", strict.Alphabet, "at the end"},
		{"A\nA", strict.Alphabet, "inside a group"},
		{"AA AA", strict.Alphabet, "a space"},
		{"AAAA\t", strict.Alphabet, "a tab"},

		{"A", strict.Length, "6 bits are no byte"},
		{"AAAAA", strict.Length, "one character more than 3 bytes need"},
		{"AAAAAAAAA", strict.Length, "one character more than 6 bytes need"},

		{"AB", strict.Canonical, "one of four unused bits is set"},
		{"_-", strict.Canonical, "three of four unused bits are set"},
		{"AAB", strict.Canonical, "one of two unused bits is set"},
		{"AAAAAAD", strict.Canonical, "both unused bits are set"},
	} {
		got, err := strict.Base64URL(row.text)
		if strict.ReasonOf(err) != row.want || got != nil {
			t.Errorf("Base64URL(%q) = %x, %v; want %s: %s", row.text, got, err, row.want, row.why)
		}
	}
}

// TestBase64URLLengths: of all texts of a length, those that decode are those
// that an encoder makes.
func TestBase64URLLengths(t *testing.T) {
	for n := range 70 {
		data := bytes.Repeat([]byte{0xa5}, n)
		text := base64.RawURLEncoding.EncodeToString(data)
		if got, err := strict.Base64URL(text); err != nil || !bytes.Equal(got, data) {
			t.Errorf("%d bytes: %v", n, err)
		}
		if n%3 == 0 { // one character follows a whole group
			if _, err := strict.Base64URL(text + "A"); strict.ReasonOf(err) != strict.Length {
				t.Errorf("%d characters: %v, want %s", len(text)+1, err, strict.Length)
			}
		}
	}
}

// TestC8EveryLastCharacter: of the 64 last characters of a group of two, 4 leave
// the unused bits unset; of a group of three, 16.
func TestC8EveryLastCharacter(t *testing.T) {
	const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
	for prefix, want := range map[string]int{"A": 4, "AA": 16, "AAA": 64} {
		accepted := 0
		for _, c := range alphabet {
			if _, err := strict.Base64URL(prefix + string(c)); err == nil {
				accepted++
			}
		}
		if accepted != want {
			t.Errorf("%d texts that start with %q are accepted, want %d", accepted, prefix, want)
		}
	}
}

func FuzzBase64URL(f *testing.F) {
	for _, seed := range []string{"", "AA", "AB", "AAA", "AA==", "A\nA", "-_-_", "+/+/", "Zm9vYmFy", "eyJhbGciOiJub25lIn0"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		data, err := strict.Base64URL(text)
		if err == nil && strict.EncodeBase64URL(data) != text {
			t.Errorf("%q is a second text of %x", text, data)
		}
		if back, err := strict.Base64URL(strict.EncodeBase64URL([]byte(text))); err != nil || string(back) != text {
			t.Errorf("%q does not survive: %q, %v", text, back, err)
		}
	})
}
