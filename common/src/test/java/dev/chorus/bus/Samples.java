package dev.chorus.bus;

import java.lang.reflect.Constructor;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;

/** Makes values of any record that crosses the bus: whatever its components are, now and then null where they may be. */
final class Samples {
  private static final List<String> TEXTS = List.of("", "lobby", "é世👋", "{\"json\":[1,null]}", "a\"b\\c\n", "\u0001");
  private final Random random;

  Samples(long seed) {
    random = new Random(seed);
  }

  /** All types that can be on the bus. */
  static Stream<Class<?>> types(Class<?> type) {
    return type.isSealed() ? Arrays.stream(type.getPermittedSubclasses()).flatMap(Samples::types) : Stream.of(type);
  }

  Object of(Type type) {
    if (type instanceof ParameterizedType list && list.getRawType() == List.class)
      return list(list.getActualTypeArguments()[0]);
    if (type instanceof ParameterizedType map && map.getRawType() == Map.class)
      return map(map.getActualTypeArguments());
    Class<?> plain = (Class<?>) type;
    if (plain == String.class)
      return TEXTS.get(random.nextInt(TEXTS.size()));
    if (plain == long.class || plain == Long.class)
      return random.nextBoolean() ? (long) random.nextInt(1000) : random.nextLong();
    if (plain == int.class || plain == Integer.class)
      return random.nextInt();
    if (plain == boolean.class || plain == Boolean.class)
      return random.nextBoolean();
    if (plain == double.class || plain == Double.class)
      return random.nextDouble();
    if (plain == byte[].class)
      return bytes();
    if (plain.isEnum())
      return plain.getEnumConstants()[random.nextInt(plain.getEnumConstants().length)];
    if (plain.isSealed())
      return of(any(types(plain).toList()));
    if (plain.isRecord())
      return record(plain);
    throw new AssertionError("What is a " + type + "?");
  }

  private Object record(Class<?> type) {
    RecordComponent[] components = type.getRecordComponents();
    Object[] values = Arrays.stream(components).map(this::component).toArray();
    try {
      Constructor<?> constructor = type
          .getDeclaredConstructor(Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new));
      constructor.setAccessible(true);
      return constructor.newInstance(values);
    } catch (ReflectiveOperationException e) {
      throw new LinkageError(e.getMessage(), e);
    }
  }

  private Object component(RecordComponent component) {
    boolean mayBeNull = !component.getType().isPrimitive() && component.getDeclaringRecord().getRecordComponents().length > 1;
    if (mayBeNull && random.nextInt(5) == 0)
      return null;
    return of(component.getGenericType());
  }

  private List<Object> list(Type item) {
    List<Object> items = new ArrayList<>();
    for (int i = random.nextInt(3); i > 0; i--)
      items.add(of(item));
    return items;
  }

  private Map<Object, Object> map(Type[] keyAndValue) {
    Map<Object, Object> entries = new LinkedHashMap<>();
    for (int i = random.nextInt(3); i > 0; i--)
      entries.put(of(keyAndValue[0]), of(keyAndValue[1]));
    return entries;
  }

  private byte[] bytes() {
    byte[] bytes = new byte[random.nextInt(40)];
    random.nextBytes(bytes);
    return bytes;
  }

  private Class<?> any(List<Class<?>> types) {
    return types.get(random.nextInt(types.size()));
  }
}
