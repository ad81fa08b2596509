// Package strict reads the two encodings every JOSE object is made of, one
// JSON object and canonical base64url, and refuses whatever two readers could
// read differently: duplicate names, trailing data, padding, unused bits.
package strict

import "fmt"

// MaxDepth is how deep arrays and objects may nest, the outermost included.
// No token or key in use comes near it, and it bounds every recursive reader.
const MaxDepth = 64

// A Reason is the stable name of what is wrong with an encoded text.
type Reason string

const (
	// Of JSON.
	Syntax    Reason = "syntax"     // not JSON (RFC 8259)
	NotObject Reason = "not-object" // JSON, but not an object
	Trailing  Reason = "trailing"   // something follows the value
	Depth     Reason = "depth"      // nested deeper than MaxDepth
	BOM       Reason = "bom"        // starts with a byte order mark
	UTF8      Reason = "utf-8"      // not UTF-8 (RFC 8725 §3.7)
	Surrogate Reason = "surrogate"  // half a surrogate pair: no text in UTF-8 has it
	Duplicate Reason = "duplicate"  // a name stands twice in one object (RFC 7515 §4)

	// Of base64url.
	Alphabet  Reason = "alphabet"  // a character outside A-Z a-z 0-9 - _
	Padding   Reason = "padding"   // ends with '=' (RFC 7515 §2 omits it)
	Length    Reason = "length"    // no whole number of bytes has this length
	Canonical Reason = "canonical" // unused bits of the last character are set (RFC 4648 §3.5)
)

// An Error says what is wrong with an encoded text, and where. It never quotes
// the text: that may be a secret.
type Error struct {
	Reason Reason
	Offset int    // in bytes from the start of the text
	Name   string // of the member that stands twice; from a stranger, so escape it before showing it
}

// Error is a predicate without its subject, "is not JSON at byte 3": the caller
// knows what the text is and puts that before it.
func (e *Error) Error() string {
	switch e.Reason {
	case NotObject:
		return "is JSON, but not an object"
	case Trailing:
		return fmt.Sprintf("goes on at byte %d, where the JSON value has ended", e.Offset)
	case Depth:
		return fmt.Sprintf("is nested deeper than %d levels at byte %d", MaxDepth, e.Offset)
	case BOM:
		return "starts with a byte order mark"
	case UTF8:
		return fmt.Sprintf("is not UTF-8 at byte %d", e.Offset)
	case Surrogate:
		return fmt.Sprintf("has half a surrogate pair at byte %d", e.Offset)
	case Duplicate:
		return fmt.Sprintf("has the name %s twice in one object", Quote(e.Name))
	case Alphabet:
		return fmt.Sprintf("has a character at byte %d that base64url does not have", e.Offset)
	case Padding:
		return "is padded with '=', which a token's base64url never is"
	case Length:
		return "is cut: no bytes have a base64url text of this length"
	case Canonical:
		return "is not canonical base64url: unused bits of the last character are set"
	}
	return fmt.Sprintf("is not JSON at byte %d", e.Offset)
}
