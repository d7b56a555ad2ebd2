package dev.chorus.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chorus.model.ErrorCode;
import java.nio.charset.StandardCharsets;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever a client sends, decoding answers with a problem that names what was wrong, and never throws. */
class BadFramesTest {
  private final ClientFrameCodec codec = new ClientFrameCodec(Limits.DEFAULT);

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "{", "}", "nonsense", "null", "[]", "\"text\"", "1", "{}", "{'type':1}", "{'type':null}",
      "{'type':'history','id':{}}",
      "{'type':'history','id':true}", "{'type':'history','id':1e999}", "{'type':'history','data':[]}", "{'type':'history','data':'x'}",
      "{'type':'history'} x",
      "{'type':'history'}{'type':'history'}", "{'type':'a','data':{'x':NaN}}", "{'type':'a',}", "{type:'a'}", "{'type':'a','id':'\\u0000'}",
      "{'type':'a','id':'\\ud800'}", "{'type':'a','data':{'\\ud800':1}}"})
  void whatIsNoEnvelopeIsMalformed(String text) {
    assertThat(invalid(text)).returns(true, Received.Invalid::malformed).returns(ErrorCode.BAD_REQUEST, it -> it.problem().code());
  }

  @ParameterizedTest
  @ValueSource(strings = {"{'type':'room:join'}", "{'type':'room:join','room':7}", "{'type':'room:join','room':''}",
      "{'type':'room:join','room':'a b'}",
      "{'type':'room:join','room':'a/b'}", "{'type':'room:join','room':'ä'}", "{'type':'room:join','room':'a\\u0000'}",
      "{'type':'room:join','room':'a','data':{'after':-1}}", "{'type':'room:join','room':'a','data':{'after':'1'}}",
      "{'type':'room:join','room':'a','data':{'after':1.5}}", "{'type':'room:join','room':'a','data':{'after':9007199254740992}}",
      "{'type':'room:join','room':'a','data':{'after':99999999999999999999999}}", "{'type':'room:join','room':'a','data':{'after':1e400}}",
      "{'type':'room:join','room':'a','data':{'hidden':'yes'}}", "{'type':'room:join','room':'a','data':{'epoch':1}}",
      "{'type':'message:send','room':'a'}",
      "{'type':'message:send','room':'a','data':{'content':''}}", "{'type':'message:send','room':'a','data':{'content':1}}",
      "{'type':'message:send','room':'a','data':{'content':null}}", "{'type':'message:send','room':'a','data':{'content':'a\\u0000b'}}",
      "{'type':'message:send','room':'a','data':{'content':'\\ud800'}}", "{'type':'message:send','room':'a','data':{'content':'\\udc00x'}}",
      "{'type':'message:send','room':'a','data':{'content':'x','clientId':''}}",
      "{'type':'message:send','room':'a','data':{'content':'x','priority':'urgent'}}",
      "{'type':'message:send','room':'a','data':{'content':'x','guarantee':'exactly-once'}}",
      "{'type':'message:send','room':'a','data':{'content':'x','to':'bob'}}",
      "{'type':'message:send','room':'a','data':{'content':'x','to':[1]}}",
      "{'type':'message:send','room':'a','data':{'content':'x','to':['']}}",
      "{'type':'message:send','room':'a','data':{'content':'x','metadata':[]}}",
      "{'type':'message:send','room':'a','data':{'content':'x','metadata':{'a':'\\u0000'}}}",
      "{'type':'message:send','room':'a','data':{'content':'x','metadata':{'a':{'\\u0000':1}}}}",
      "{'type':'message:send','room':'a','data':{'content':'x','replyTo':-1}}", "{'type':'history','room':'a','data':{'limit':0}}",
      "{'type':'history','room':'a','data':{'limit':501}}", "{'type':'message:edit','room':'a','data':{'content':'x'}}",
      "{'type':'message:edit','room':'a','data':{'messageId':'m','content':''}}",
      "{'type':'message:edit','room':'a','data':{'messageId':'m'}}",
      "{'type':'message:edit','room':'a','data':{'messageId':7,'content':'x'}}", "{'type':'message:delete','room':'a'}",
      "{'type':'message:delete','data':{'messageId':'m'}}", "{'type':'message:read','room':'a'}",
      "{'type':'message:read','room':'a','data':{'seq':1,'messageId':'m'}}", "{'type':'message:read','room':'a','data':{'seq':-1}}",
      "{'type':'message:read','room':'a','data':{'seq':9007199254740992}}",
      "{'type':'message:read','room':'a','data':{'seq':1,'metadata':1}}",
      "{'type':'delivery:ack','room':'a'}", "{'type':'delivery:ack','room':'a','data':{'seq':-1}}",
      "{'type':'delivery:ack','room':'a','data':{'seq':'1'}}", "{'type':'delivery:ack','data':{'seq':1}}",
      "{'type':'delivery:status','room':'a'}", "{'type':'delivery:retry','data':{'messageId':'m'}}",
      "{'type':'delivery:cancel','room':'a','data':{'messageId':null}}", "{'type':'receipts:set','room':'a'}",
      "{'type':'receipts:set','data':{'enabled':'no'}}", "{'type':'receipts:set','room':'a b','data':{'enabled':true}}", "{'type':'auth'}",
      "{'type':'auth','data':{'token':7}}",
      "{'type':'stream:start','data':{}}",
      "{'type':'stream:start','data':{'model':'m','messages':[]}}", "{'type':'stream:start','data':{'model':'m','messages':['x']}}",
      "{'type':'stream:start','data':{'model':'m','messages':[{'content':'x'}]}}",
      "{'type':'stream:start','data':{'messages':[{'role':'user'}]}}",
      "{'type':'stream:start','data':{'model':'m','messages':[{'role':'user','content':'\\u0000'}]}}",
      "{'type':'stream:start','data':{'model':'m','messages':[{'role':'user'}],'clientId':''}}",
      "{'type':'stream:start','data':{'model':'m','messages':[{'role':'user'}],'deliver':'fast'}}", "{'type':'stream:attach','data':{}}",
      "{'type':'presence:update','data':{'status':'busy'}}", "{'type':'presence:update','data':{'status':1}}",
      "{'type':'presence:update','data':{'device':''}}", "{'type':'presence:update','data':{'metadata':'x'}}",
      "{'type':'presence:update','data':{'hidden':1}}", "{'type':'presence:update','data':{'lastSeen':'friends'}}",
      "{'type':'presence:update','room':'','data':{}}", "{'type':'cursor:move','room':'a','data':{'x':1}}",
      "{'type':'cursor:move','data':{'x':1,'y':1}}", "{'type':'cursor:move','room':'a','data':{'x':'1','y':1}}",
      "{'type':'cursor:move','room':'a','data':{'x':1e400,'y':1}}", "{'type':'cursor:move','room':'a','data':{'x':1,'y':-1e400}}",
      "{'type':'cursor:move','room':'a','data':{'x':1,'y':1,'selection':{'start':1}}}",
      "{'type':'cursor:move','room':'a','data':{'x':1,'y':1,'selection':{'start':-1,'end':2}}}",
      "{'type':'activity:update','room':'a','data':{}}", "{'type':'activity:update','room':'a','data':{'activity':'SLEEPING'}}",
      "{'type':'activity:update','room':'a','data':{'activity':'IDLE','details':1}}"})
  void aFrameWithWrongFieldsIsRefusedWithItsIdAndIsNotMalformed(String text) {
    String withId = text.replaceFirst("\\{", "{'id':5,");
    assertThat(invalid(withId)).returns(false, Received.Invalid::malformed).returns(ErrorCode.BAD_REQUEST, it -> it.problem().code())
        .returns("5", it -> it.id().toString());
  }

  @ParameterizedTest
  @ValueSource(strings = {"{'type':'message:send','room':'a','data':{'content':'LONG'}}",
      "{'type':'message:send','room':'a','data':{'content':'x','clientId':'LONG'}}",
      "{'type':'message:send','room':'a','data':{'content':'x','metadata':{'a':'LONG'}}}",
      "{'type':'message:edit','room':'a','data':{'messageId':'m','content':'LONG'}}",
      "{'type':'message:delete','room':'a','data':{'messageId':'m','clientId':'LONG'}}",
      "{'type':'message:read','room':'a','data':{'seq':1,'metadata':{'a':'LONG'}}}",
      "{'type':'typing:start','room':'a','data':{'agentId':'LONG'}}",
      "{'type':'presence:update','data':{'device':'LONG'}}", "{'type':'presence:update','data':{'metadata':{'a':'LONG'}}}",
      "{'type':'cursor:move','room':'a','data':{'x':1,'y':1,'elementId':'LONG'}}",
      "{'type':'cursor:move','room':'a','data':{'x':1,'y':1,'color':'LONG'}}",
      "{'type':'cursor:move','room':'a','data':{'x':1,'y':1,'selection':{'start':1,'end':2,'text':'LONG'}}}",
      "{'type':'activity:update','room':'a','data':{'activity':'IDLE','details':{'a':'LONG'}}}"})
  void whatIsTooLongIsTooLarge(String text) {
    assertThat(invalid(text.replace("LONG", "é".repeat(32_769)))).returns(ErrorCode.TOO_LARGE, it -> it.problem().code());
  }

  @Test
  void contentIsMeasuredInBytesAndMayBeAsLongAsTheLimit() {
    String frame = "{'type':'message:send','room':'a','data':{'content':'%s'}}";
    assertThat(decode(frame.formatted("é".repeat(32_768)))).isInstanceOf(Received.Frame.class);
    assertThat(decode(frame.formatted("😀".repeat(16_384)))).isInstanceOf(Received.Frame.class);
    assertThat(invalid(frame.formatted("😀".repeat(16_384) + "x"))).returns(ErrorCode.TOO_LARGE, it -> it.problem().code());
  }

  @Test
  void aLengthInCharactersCountsThoseOfUnicode() {
    String frame = "{'type':'message:send','room':'a','data':{'content':'x','clientId':'%s'}}";
    assertThat(decode(frame.formatted("😀".repeat(64)))).isInstanceOf(Received.Frame.class);
    assertThat(invalid(frame.formatted("😀".repeat(65)))).returns(ErrorCode.TOO_LARGE, it -> it.problem().code());
  }

  @Test
  void deepNestingIsMalformedAndCostsNoStack() {
    for (int depth : new int[]{65, 1000, 100_000}) {
      assertThat(invalid("{'type':'a','data':" + "{'a':".repeat(depth) + "1" + "}".repeat(depth) + "}")).returns(true,
          Received.Invalid::malformed);
      assertThat(invalid("[".repeat(depth))).returns(true, Received.Invalid::malformed);
    }
    assertThat(decode("{'type':'a','data':{'a':" + "[".repeat(50) + "]".repeat(50) + "}}")).isInstanceOf(Received.Frame.class);
  }

  @Test
  void aNumberOfAThousandDigitsIsMalformed() {
    assertThat(invalid("{'type':'a','data':{'n':" + "9".repeat(1000) + "}}")).returns(true, Received.Invalid::malformed);
  }

  @Test
  void rawBytesThatAreNoTextAreRefused() {
    byte[][] contents = {bytes(0xed, 0xa0, 0x80), bytes(0xed, 0xb0, 0x80), bytes(0xff), bytes(0xc3), bytes(0xc0, 0x80),
        bytes(0xf8, 0x88, 0x80, 0x80, 0x80), bytes(0)};
    for (byte[] content : contents) {
      byte[] head = "{\"type\":\"message:send\",\"room\":\"a\",\"data\":{\"content\":\"".getBytes(StandardCharsets.UTF_8);
      byte[] tail = "\"}}".getBytes(StandardCharsets.UTF_8);
      byte[] frame = new byte[head.length + content.length + tail.length];
      System.arraycopy(head, 0, frame, 0, head.length);
      System.arraycopy(content, 0, frame, head.length, content.length);
      System.arraycopy(tail, 0, frame, head.length + content.length, tail.length);
      assertThat(codec.decode(frame, 0, frame.length)).as("content %02x…", content[0]).isInstanceOf(Received.Invalid.class);
    }
  }

  @Test
  void anUnknownTypeIsNotMalformed() {
    assertThat(decode("{'type':'cursor:fly','id':1,'room':'a'}")).isInstanceOfSatisfying(Received.Frame.class,
        frame -> assertThat(frame.frame()).isEqualTo(new ClientFrame.Unknown("cursor:fly")));
  }

  @Test
  void aStreamThatCannotExistIsNotFound() {
    assertThat(invalid("{'type':'stream:attach','data':{'streamId':'no such form'}}")).returns(ErrorCode.NOT_FOUND,
        it -> it.problem().code());
  }

  @Property
  void noBytesMakeItThrow(@ForAll byte[] bytes) {
    assertThat(codec.decode(bytes, 0, bytes.length)).isNotNull();
  }

  @Property
  void noTruncationOfAFrameMakesItThrow(@ForAll @net.jqwik.api.constraints.IntRange(max = 1) int line) {
    byte[] frame = GoldenFrames.lines("client/message-send").get(line);
    IntStream.range(0, frame.length).forEach(length -> assertThat(codec.decode(frame, 0, length)).isInstanceOf(Received.Invalid.class));
  }

  private Received decode(String text) {
    byte[] bytes = text.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
    return codec.decode(bytes, 0, bytes.length);
  }

  private Received.Invalid invalid(String text) {
    return (Received.Invalid) decode(text);
  }

  private static byte[] bytes(int... values) {
    byte[] bytes = new byte[values.length];
    for (int i = 0; i < values.length; i++)
      bytes[i] = (byte) values[i];
    return bytes;
  }
}
