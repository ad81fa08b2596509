package key

import (
	"crypto/ed25519"
	"encoding/hex"
	"strconv"
	"testing"
)

// smallOrderPoints is every point of small order in its canonical encoding, and one
// that is not.
var smallOrderPoints = []string{
	"0000000000000000000000000000000000000000000000000000000000000000",
	"0000000000000000000000000000000000000000000000000000000000000080",
	"0100000000000000000000000000000000000000000000000000000000000000",
	"26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
	"26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
	"c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
	"c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
	"ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
}

// TestSmallOrder: keys for which a signature is found without any private key are
// refused. That they are such keys is shown by finding one.
func TestSmallOrder(t *testing.T) {
	for _, point := range smallOrderPoints {
		public, err := hex.DecodeString(point)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := newPublic(ed25519.PublicKey(public), "JWK"); err == nil {
			t.Errorf("%s was taken", point)
		}
		if !forged(public) {
			t.Errorf("%s: no forged signature was found; does the list have a wrong entry?", point)
		}
	}
	good, _, err := ed25519.GenerateKey(nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := newPublic(good, "JWK"); err != nil || forged(good) {
		t.Errorf("a good key: %v", err)
	}
}

// forged looks for a signature with S = 0 and R of small order over some message.
func forged(public ed25519.PublicKey) bool {
	for n := range 64 {
		for _, r := range smallOrderPoints {
			signature := make([]byte, ed25519.SignatureSize)
			_, _ = hex.Decode(signature, []byte(r))
			if ed25519.Verify(public, []byte(strconv.Itoa(n)), signature) {
				return true
			}
		}
	}
	return false
}
